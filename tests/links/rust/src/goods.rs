pub static LIMIT: i32 = 10;
//         ^^^^^ declares: MEMBER crate::goods::LIMIT pub static § variable of a module

pub trait Shape {
//        ^^^^^ declares: TYPE_DECL crate::goods::Shape pub trait § interface
    fn area(&self) -> i32;

    fn twice(&self) -> i32 {
        self.area() + self.area()
    }
}

#[derive(Clone)]
//^^^^^^ declares: ANNOTATION derive § annotation
pub struct Square {
//         ^^^^^^ declares: TYPE_DECL crate::goods::Square pub struct § struct
//         ^^^^^^ inherits: crate::goods::Shape | external std::ops::Add § implementation
    side: i32,
//  ^^^^ declares: MEMBER crate::goods::Square::side § field
    inner: Circle,
}

pub struct Circle;

impl Shape for Circle {
    fn area(&self) -> i32 {
        1
    }
}

pub enum Color {
//       ^^^^^ declares: TYPE_DECL crate::goods::Color pub enum § enum
    Red,
}

pub union Bits {
//        ^^^^ declares: TYPE_DECL crate::goods::Bits pub union § union
    whole: u32,
}

pub type Meters = i32;
//       ^^^^^^ declares: TYPE_DECL crate::goods::Meters pub alias § type alias

pub struct Boxed<T> {
//               ^ declares: TYPE_PARAMETER T § generic type
    value: T,
}

impl Shape for Square {
    fn area(&self) -> i32 {
//     ^^^^ declares: METHOD crate::goods::Square::area § method, extension of a type
//     ^^^^ overrides: crate::goods::Shape::area § overriding
        self.scaled(1)
//           ^^^^^^ calls: crate::goods::Square::scaled § own method
    }
}

impl Square {
    pub fn unit() -> Square {
//         ^^^^ declares: METHOD crate::goods::Square::unit pub § static method
        Square { side: 1, inner: Circle }
    }

    pub fn scaled(&self, by: i32) -> i32 {
//                       ^^ declares: METHOD_PARAMETER_IN by § parameter
        let result = self.inner.area();
//          ^^^^^^ declares: LOCAL result § local variable
//                              ^^^^ calls: crate::goods::Circle::area § method of a field
        {
            let inside = by;
//              ^^^^^^ declares: LOCAL inside § block scope
        }
        result
    }

    pub fn own(self) -> Square {
        self
    }
}

impl std::ops::Add for Square {
    type Output = Square;
    fn add(self, other: Square) -> Square {
//     ^^^ declares: METHOD crate::goods::Square::add § operator overloading
        other
    }
}

pub fn weigh(shape: &dyn Shape) -> i32 {
//     ^^^^^ declares: METHOD crate::goods::weigh pub § function
    fn inner() {}
//     ^^^^^ declares: METHOD crate::goods::weigh::inner § nested function
    inner();
    shape.area()
//        ^^^^ calls: crate::goods::Shape::area | crate::goods::Square::area | crate::goods::Circle::area § interface, override
}
