mod shapes;

use shapes::{Circle, Shape};

fn measure(shape: &dyn Shape) -> f64 {
    shape.area()
}

pub fn run() -> f64 {
    let circle = Circle::unit();
    circle.area() + measure(&circle)
}
