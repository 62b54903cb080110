use std::collections::HashMap;
//  ^^^^^^^^^^^^^^^^^^^^^^^^^ imports: external std::collections::HashMap § external module
use crate::goods::Square;
//  ^^^^^^^^^^^^^^^^^^^^ imports: crate::goods::Square § import of a name
use crate::goods::weigh as scale;
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ imports: crate::goods::weigh § import under another name
use crate::tools::*;
//  ^^^^^^^^^^^^^^^ imports: crate::tools § import of everything
use crate::weigh as again;
use super::goods::Shape;
//  ^^^^^^^^^^^^^^^^^^^ imports: crate::goods::Shape § relative import

fn plain(square: Square, shape: &dyn Shape) -> i32 {
//       ^^^^^^ type: crate::goods::Square § declared type of a variable
//                       ^^^^^ type: crate::goods::Shape § type of an imported name
    square.area();
//         ^^^^ calls: crate::goods::Square::area § imported type's method, method
    Square::unit();
//          ^^^^ calls: crate::goods::Square::unit § static method
    let made = Square::unit();
    made.own().scaled(1);
//             ^^^^^^ calls: crate::goods::Square::scaled § chained calls
    scale(shape);
//  ^^^^^ calls: crate::goods::weigh § through an alias
    crate::goods::weigh(shape);
//  ^^^^^^^^^^^^^^^^^^^ calls: crate::goods::weigh § imported function
    again(shape);
    helped();
//  ^^^^^^ calls: crate::tools::helped
    local(1);
//  ^^^^^ calls: crate::app::local § function
    plain(square, shape)
//  ^^^^^ calls: crate::app::plain § recursion
}

fn local(v: i32) -> i32 {
    v
}

fn apply(f: fn(i32) -> i32) -> i32 {
    f(1)
}

fn values() {
    let chosen = local;
    chosen(1);
    apply(local);
    let add = |v: i32| v;
//            ^^^^^^^^^^ declares: METHOD crate::app::values::<lambda>0 § closure
    add(3);
}
