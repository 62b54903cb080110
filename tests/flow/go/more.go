package flow

func kinds(v any) {
	switch t := v.(type) {
	case int:
		whole(t)
//		^^^^^^^^ cfg: after()
	case string:
		text(t)
//		^^^^^^^ cfg: after()
	}
	after()
//	^^^^^^^ cfg: end
}

func conditions(x int) {
	switch {
	case x > 0:
		up()
//		^^^^ cfg: after()
	default:
		down()
	}
	after()
}

func ranges(items []int) int {
//          ^^^^^ def: items
	total := 0
//	^^^^^ def: total
	for i, item := range items {
//	    ^ def: i
//	       ^^^^ def: item
//	                     ^^^^^ ref: items
		if i > 3 {
//		   ^ ref: i
//		   ^^^^^ cfg: true: break | false: total
			break
//			^^^^^ cfg: total @46
		}
		total += item
//		^^^^^ ref: total
//		         ^^^^ ref: item
	}

	return total
//	^^^^^^^^^^^^ cfg: end
}

func waits(a, b chan int) {
	select {
	case <-a:
		left()
//		^^^^^^ cfg: after()
	case v := <-b:
		right(v)
//		^^^^^^^^ cfg: after()
	}
	after()
}

func endless() {
	for {
		tick()
//		^^^^^^ cfg: tick()
	}
	never()
//	^^^^^^^ dead
}

func order() {
	defer one()
	defer two()
	work()
//	^^^^^^ cfg: two()
}
