pub trait Shape {
    fn area(&self) -> f64;

    fn double(&self) -> f64 {
        self.area() * 2.0
    }
}

pub struct Circle {
    radius: f64,
}

impl Circle {
    pub fn unit() -> Circle {
        Self::of(1.0)
    }

    fn of(radius: f64) -> Self {
        Circle { radius }
    }
}

impl Shape for Circle {
    fn area(&self) -> f64 {
        self.radius * self.radius
    }
}
