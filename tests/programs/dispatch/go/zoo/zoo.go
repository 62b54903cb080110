package zoo

type Animal interface {
	Sound() string
}

type Dog struct{ name string }

func (d Dog) Sound() string { return d.bark() }

func (d Dog) bark() string { return "woof" }

func Listen(a Animal) string {
	return a.Sound()
}
