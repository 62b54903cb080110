package main

import (
	"fmt"
//   ^^^ imports: external fmt § external module
	"example.com/shop/goods"
//   ^^^^^^^^^^^^^^^^^^^^^^ imports: goods § import of a module
	alias "example.com/shop/goods"
//  ^^^^^ imports: goods § import under another name
	. "example.com/shop/tools"
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^ imports: tools § import of everything
)

func main() {
	var s *goods.Square
//      ^ type: goods.Square § type of an imported name
	s.Area()
//    ^^^^ calls: goods.Square.Area § imported type's method, method
	s.Self().Area()
	goods.Weigh(s)
//        ^^^^^ calls: goods.Weigh § imported function
	goods.Weigh(s, 1, 2)
//        ^^^^^ calls: goods.Weigh § variadic arguments
	alias.Weigh(s)
//        ^^^^^ calls: goods.Weigh § through an alias
	Helped()
//  ^^^^^^ calls: tools.Helped
	local(1)
//  ^^^^^ calls: main.local § function
	f := func(v int) int { return v }
//       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ declares: METHOD main.main.<lambda>0 § closure
	f(1)
	fmt.Println()
}

func local(v int) int { return v }

func apply(f func(int) int) int {
	return f(1)
}

func values() {
	chosen := local
	chosen(1)
	apply(local)
}
