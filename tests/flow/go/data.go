// Which writes reach which reads.

package flow

type Point struct {
	x, y int
	next *Point
}

func straight(a int) int {
	b := a
//       ^ from: @10 § parameter's value
	b = b + 1
//      ^ from: @11 § value of a local
	return b
//         ^ from: @13 § overwritten value
}

func branches(c bool) int {
	var x int
	if c {
		x = 1
	} else {
		x = 2
	}
	return x
//         ^ from: @22 | @24 § values that meet
}

func sometimes(c bool) int {
	x := 1
	if c {
		x = 2
	}
	return x
//         ^ from: @31 | @33 § conditional write
}

func rounds(n int) int {
	s := 0
	for s < n {
//      ^ from: @40 | @43 § value around a loop
		s = s + 1
	}
	return s
//         ^ from: @40 | @43
}

func elements(items []int) int {
	last := 0
	for _, item := range items {
		last = item
//             ^^^^ from: @51 § element of a loop
	}
	return last
//         ^^^^ from: @50 | @52
}

func compound(n int) int {
	x := n
	x += n
//  ^ from: @60
	return x
//         ^ from: @61 § compound assignment
}

func counts(n int) int {
	x := n
	x++
//  ^ from: @68
	return x
//         ^ from: @69 § increment
}

func swaps(a, b int) int {
	left, right := a, b
	left, right = right, left
//                ^^^^^ from: @76
	return left
//         ^^^^ from: @77 § destructuring
}

func fields(p *Point, n int) int {
	p.x = 0
	p.x = n
	p.y = n
	return p.x
//         ^^^ from: @85 § field
}

func deep(p *Point, n int) int {
	p.next.x = n
	p.x = 0
	return p.next.x
//         ^^^^^^^^ from: @92 § field of a field
}

func keys(v []int, n int) int {
	v[0] = n
	v[1] = 2
	return v[0]
//         ^^^^ from: @99 § element by constant key
}

func anyKey(v []int, i int) int {
	v[0] = 1
	v[i] = 2
	return v[0]
//         ^^^^ from: @106 | @107 § element by any key
}

func aliases(p *Point, n int) int {
	q := p
	q.x = n
	return p.x
//         ^^^ from: @114 § alias
}

func pointers(n int) int {
	x := n
	q := &x
	*q = 1
	return x
//         ^ from: @120 | @122 § pointer
}

func captures(n int) func() int {
	return func() int { return n }
//                             ^ from: @127 § capture
}

func writes(n int) int {
	x := n
	change := func() { x = 1 }
	change()
	return x
//         ^ from: @133 | @134 § write in a closure
}

func chosen(n int) int {
	x := 0
	switch n {
	case 1:
		x = 1
		fallthrough
	case 2:
		return x
//             ^ from: @141 | @144 § value through switch
	}
	return x
//         ^ from: @141
}

func jumps(c, d bool) int {
	x := 0
	for c {
		if d {
			x = 1
			break
		}
		x = 2
	}
	return x
//         ^ from: @155 | @158 | @161 § value through jumps
}

func changed(p *Point, n int) int {
	p.x = n
	fill(p)
	return p.x
//         ^^^ from: @168 | @169 § change by a call
}
