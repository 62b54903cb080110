package goods

func helped(s *Square) int {
//          ^ type: goods.Square § declared type of a variable
	return Weigh(s)
//         ^^^^^ calls: goods.Weigh § files of one module
}
