pub trait Start {
    fn start(&self);
}

pub struct Engine;

impl Engine {
    pub fn build() -> Engine {
        Engine
    }

    pub fn turn(&self) {}
}

impl Start for Engine {
    fn start(&self) {}
}
