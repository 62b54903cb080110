package flows

func flows(a int, b int) int {
	x := a
	if b > 0 {
		x = b
	}
	print(x)
	m := map[string]int{}
	m["k"] = x
	m["j"] = 1
	print(m["k"])
	for b > 1 {
		x += 1
	}
	return x
}
