mod parts;

use parts::{Engine, Start};

pub struct Car {
    engine: Box<Engine>,
    spare: Option<Engine>,
}

impl Car {
    pub fn new() -> Self {
        Car { engine: Box::new(Engine::build()), spare: None }
    }

    pub fn drive(&self) {
        self.engine.start();
        self.spare.as_ref().unwrap().start();
        let other = Car::new();
        other.engine.turn();
        Self::new().drive();
    }
}
