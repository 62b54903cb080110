package flow

type Counter struct {
//   ^^^^^^^ def: Counter
	n int
}

func deferred() {
	defer closed()
	first()
//	^^^^^^^ cfg: closed()
}

func early(x bool) {
	defer closed()
	if x {
//	   ^ cfg: true: return | false: late()
		return
//		^^^^^^ cfg: closed()
	}
	late()
//	^^^^^^ cfg: closed()
}

func falls(x int) {
	switch x {
	case 1:
		one()
		fallthrough
//		^^^^^^^^^^^ cfg: case
	case 2:
		two()
//		^^^^^ cfg: after()
	default:
		other()
//		^^^^^^^ cfg: after()
	}
	after()
}

func labelled() {
outer:
	for a {
//	    ^ cfg: true: b | false: done()
		for b {
//		    ^ cfg: true: c | false: a
			if c {
				break outer
//				^^^^^^^^^^^ cfg: done()
			}
			continue outer
//			^^^^^^^^^^^^^^ cfg: a
		}
	}
	done()
}

func back() {
again:
	work()
//	^^^^^^ cfg: more
	if more {
		goto again
//		^^^^^^^^^^ cfg: again
	}
}

func shadow(x int) int {
//          ^ def: parameter
	if x := x + 1; x > 0 {
//	   ^ def: inner
//	        ^ ref: parameter
//	               ^ ref: inner
		return x
//		       ^ ref: inner
	}
	return x
//	       ^ ref: parameter
}

func closes(base int) {
//          ^^^^ def: base
	add := func(n int) int { return n + base }
//	       ^^^^ captures: base
//	                                    ^^^^ ref: base
	add(1)
}

func (c *Counter) up(by int) {
//       ^^^^^^^ ref: Counter
//                   ^^ def: by
	c.n += by
//	       ^^ ref: by
}
