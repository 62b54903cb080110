package main

import "lib"

type box struct{ held, other string }

func same(value string) string { return value }

func boxes() {
	value := lib.Input()
	b := box{held: value, other: "safe"}
	lib.Run(b.held) // flow: sql
	lib.Run(b.other)
	lib.Run(same(value)) // flow: sql
	lib.Run(same("safe"))
	lib.Run(lib.Quote(value))
	mode := 1
	if mode == 2 {
		lib.Run(value)
	}
}
