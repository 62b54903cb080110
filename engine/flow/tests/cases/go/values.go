package main

import "lib"

type inner struct{ held, other string }

type middle struct{ inner inner }

type outer struct{ middle middle }

type shows interface{ show(value string) string }

type same struct{}

func (same) show(value string) string { return value }

type plain struct{ same }

func (plain) show(value string) string { return "plain" }

func begins() {
	value := lib.Input()
	m := make(map[string]string, 2)
	m["a"] = value
	m["b"] = "plain"
	lib.Run(m["a"]) // flow: sql
	lib.Run(m["b"])
	if found, ok := m["a"]; ok {
		lib.Run(found) // flow: sql
	}
	delete(m, "a")
	lib.Run(m["a"])
	p := new(inner)
	p.held = value
	lib.Run(p.held) // flow: sql
	lib.Run(p.other)
	o := outer{}
	o.middle.inner.held = value
	lib.Run(o.middle.inner.held) // flow: sql
	lib.Run(o.middle.inner.other)
}

func slices() {
	value := lib.Input()
	list := []string{"plain", value}
	list = append(list, "plain")
	lib.Run(list[1]) // flow: sql
	lib.Run(list[2])
	part := list[1:]
	lib.Run(part[0]) // flow: sql
	lib.Run(part[1])
	to := make([]string, 2)
	copy(to, list)
	lib.Run(to[0]) // flow: sql
}

func interfaces() {
	value := lib.Input()
	var thing shows = same{}
	lib.Run(thing.show(value)) // flow: sql
	thing = plain{}
	lib.Run(thing.show(value))
}

func functions() {
	value := lib.Input()
	held := struct{ get, other func() string }{
		get:   func() string { return value },
		other: func() string { return "plain" },
	}
	lib.Run(held.get()) // flow: sql
	lib.Run(held.other())
}

func thrown() {
	defer func() {
		if reason := recover(); reason != nil {
			lib.Run(reason) // flow: sql
		}
	}()
	panic(lib.Input())
}
