// Package orders counts.
package orders

import (
	"errors"
	"fmt"
	str "strings"
)

const (
	A = iota
	B
)

var table = map[string][]int{"a": {1, 2}, "b": nil}

type Shape interface {
	Area() float64
	fmt.Stringer
}

type Circle struct {
	*Point
	Radius float64 `json:"radius"`
	next   *Circle
}

type Number interface{ ~int | ~float64 }

func Sum[T Number](values ...T) (total T, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errors.New("panic")
		}
	}()
	for i, value := range values {
		if i%2 == 0 && value > 0 {
			continue
		}
		total += value
	}
	return total, nil
}

func (c *Circle) Area() float64 {
outer:
	for i := 0; i < 10; i++ {
		for {
			switch x := c.next; {
			case x == nil:
				break outer
			case x.Radius > 1, x.Radius < -1:
				fallthrough
			default:
				continue outer
			}
		}
	}
	return 3.14 * c.Radius * c.Radius
}

func kind(v interface{}) string {
	switch t := v.(type) {
	case int, int64:
		return "int"
	case error:
		return t.Error()
	}
	if s, ok := v.(string); ok {
		return str.ToUpper(s[1:len(s)])
	}
	goto end
end:
	return ""
}

func run(in <-chan int, out chan<- int) {
	go func(n int) { out <- n }(<-in)
	select {
	case v, open := <-in:
		fmt.Println(v, open)
	case out <- 1:
	default:
		c := Circle{Radius: 2, next: &Circle{}}
		c.Radius++
		a, _ := Sum(1, 2, 3)
		f := func(x int) int { return x &^ a << 1 }
		_ = f(a)
	}
}
