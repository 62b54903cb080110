//! Orders.
use std::{collections::HashMap as Map, fmt::{self, Display}};
mod inner { pub(crate) const N: usize = 3; }

#[derive(Clone, Debug)]
pub struct Order<'a, T: Clone = u8> where T: 'a { items: Vec<&'a T>, pub limit: Option<u32> }
struct Pair(i32, pub i32);
pub enum Shape { Unit, Circle { r: f64 }, Poly(Vec<(f64, f64)>) = 3 }
pub trait Area { type Out; const K: u8 = 1; fn area(&self) -> Self::Out; fn twice(&self) -> f64 { 2.0 } }
static mut COUNT: u32 = 0;
type Table<K> = Map<K, Result<(), Box<dyn Fn(u8) -> u8 + Send>>>;

impl<'a, T: Clone + Display> Order<'a, T> {
    pub fn add(&mut self, item: &'a T, n: usize) -> Result<&mut Self, String> {
        let Some(limit) = self.limit else { return Err(format!("no limit for {item} {}", n + 1)) };
        if let Some(first) = self.items.first() && n > 0 { println!("{first}"); }
        'outer: for i in 0..=n {
            loop {
                if i % 2 == 0 || self.items.is_empty() { continue 'outer; }
                break 'outer;
            }
        }
        let value = 'b: { if n > 3 { break 'b 1 } 2 };
        while let Some(top) = self.items.pop() { drop(top); }
        self.items.push(item);
        self.check(limit)?.try_into().map(|x: u64| x as f32 * 2.0).unwrap_or_default();
        Ok(self)
    }
    async fn send(self, v: impl Into<u8>) -> u8 { let f = async move { v.into() }; f.await }
}

impl Area for Shape {
    type Out = f64;
    fn area(&self) -> f64 {
        match self {
            Shape::Unit => 0.0,
            Self::Circle { r } if *r > 1.0 => 3.14 * r.powi(2),
            Shape::Circle { r: radius @ 0.0..=1.0 } | Shape::Circle { r: radius } => *radius,
            Shape::Poly(points) => { let [a, .., b] = &points[..] else { return -1.0 }; a.0 - b.1 }
        }
    }
}

macro_rules! sum { ($($x:expr),* $(,)?) => { 0 $(+ $x)* }; }

fn main() {
    let mut table: Table<&str> = Table::default();
    let pair = Pair { 0: 1, ..Pair(2, 3) };
    unsafe { COUNT += sum!(1, 2, pair.0) as u32; }
    let closure = move |a: i32, (b, _): (i32, u8)| -> i32 { a << b & !0 };
    assert_eq!(closure(1, (2, b'x')), vec![4; 1][0], "{:?}", r#"raw "text""#);
    table.insert("k", Ok(())).map_or_else(|| (), |_| unreachable!());
}
