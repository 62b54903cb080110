package goods
//      ^^^^^ declares: NAMESPACE_BLOCK goods § namespace

var Limit = 10
//  ^^^^^ declares: MEMBER goods.Limit § variable of a module

type Shape interface {
//   ^^^^^ declares: TYPE_DECL goods.Shape interface § interface
	Area() int
}

type Base struct {
	name string
}

func (b *Base) Label() string {
	return b.name
}

type Square struct {
//   ^^^^^^ declares: TYPE_DECL goods.Square struct § struct
//   ^^^^^^ inherits: goods.Shape | goods.Base § implementation
	Base
	side  int
//  ^^^^ declares: MEMBER goods.Square.side § field
	inner Shape
}

type Meters = int
//   ^^^^^^ declares: TYPE_DECL goods.Meters alias § type alias

func (s *Square) Area() int {
//               ^^^^ declares: METHOD goods.Square.Area § method, extension of a type
//               ^^^^ overrides: goods.Shape.Area § overriding
	return s.inner.Area()
//                 ^^^^ calls: goods.Shape.Area | goods.Square.Area | goods.Circle.Area § method of a field
}

func (s *Square) Self() *Square {
	s.Label()
//    ^^^^^ calls: goods.Base.Label § inherited method
	return s
}

type Circle struct{}

func (c Circle) Area() int { return 1 }

func Weigh(item Shape, more ...int) int {
//   ^^^^^ declares: METHOD goods.Weigh § function
//         ^^^^ declares: METHOD_PARAMETER_IN item § parameter
//                     ^^^^ declares: METHOD_PARAMETER_IN more § variadic parameter
	total := item.Area()
//  ^^^^^ declares: LOCAL total § local variable
//                ^^^^ calls: goods.Shape.Area | goods.Square.Area | goods.Circle.Area § interface, override
	if total > 0 {
		inside := total
//      ^^^^^^ declares: LOCAL inside § block scope
		return inside
	}
	return Weigh(item)
//         ^^^^^ calls: goods.Weigh § recursion
}

type Box[T any] struct {
//       ^ declares: TYPE_PARAMETER goods.Box.T § generic type
	value T
}
