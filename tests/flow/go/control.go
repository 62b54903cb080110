// Where control goes, construct by construct.

package flow

func once(c bool) {
	if c {
//     ^ cfg: true: yes() | false: after() § if
		yes()
	}
	after()
}

func either(c bool) {
	if c {
//     ^ cfg: true: yes() | false: no() § else
		yes()
//      ^^^^^ cfg: after()
	} else {
		no()
	}
	after()
}

func ladder(a, b bool) {
	if a {
//     ^ cfg: true: one() | false: b § else if
		one()
	} else if b {
//            ^ cfg: true: two() | false: three()
		two()
	} else {
		three()
	}
	after()
}

func shortCircuit(a, b, d bool) {
	if a && b || d {
//     ^ cfg: true: b | false: a && b § short circuit
//     ^^^^^^ cfg: true: a && b || d | false: d
		yes()
	}
	after()
}

func counted(n int) {
	for i := 0; i < n; i++ {
//              ^^^^^ cfg: true: body() | false: after() § for
		body()
//      ^^^^^^ cfg: i
	}
	after()
}

func elements(xs []int) {
	for _, x := range xs {
//  ^^^^^^^^^^^^^^^^^^^^^^ cfg: true: <tmp> | false: after() § for each
		body(x)
//      ^^^^^^^ cfg: <tmp>
	}
	after()
}

func endless(c bool) {
	for {
		body()
//      ^^^^^^ cfg: c § endless loop
		if c {
			break
//          ^^^^^ cfg: after() § break
		}
		if d {
			continue
//          ^^^^^^^^ cfg: body() § continue
		}
		more()
	}
	after()
}

func labelled() {
outer:
	for a {
		for b {
			if c {
				break outer
//              ^^^^^^^^^^^ cfg: after() § labelled break
			}
			continue outer
//          ^^^^^^^^^^^^^^ cfg: a § labelled continue
		}
	}
	after()
}

func jumps(c bool) {
again:
	body()
	if c {
		goto again
//      ^^^^^^^^^^ cfg: again § goto
	}
	after()
}

func early(c bool) {
	if c {
		return
//      ^^^^^^ cfg: end § early return
	}
	after()
}

func dead() {
	return
	never()
//  ^^^^^^^ dead § dead code
}

func chooses(x int) {
	switch x {
//         ^ cfg: case: case | case: case | default: default § match
	case 1:
		one()
		fallthrough
//      ^^^^^^^^^^^ cfg: case @127 § fall through
	case 2:
		two()
//      ^^^^^ cfg: after()
	default:
		other()
	}
	after()
}

func defers(c bool) {
	defer closed()
	if c {
		return
//      ^^^^^^ cfg: closed() § defer
	}
	after()
//  ^^^^^^^ cfg: closed()
}

func selects(a, b chan int) {
	select {
	case <-a:
		left()
//      ^^^^^^ cfg: after() § select
	case v := <-b:
		right(v)
//      ^^^^^^^^ cfg: after()
	}
	after()
}

func closure(c bool) {
	r := func() {
		if c {
//         ^ cfg: true: inside() | false: end § closure's body
			inside()
		}
	}
	r()
}
