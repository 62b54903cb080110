#include "shape.h"

namespace geo {

template <typename T>
T twice(T value) {
  return value + value;
}

class Square : public Shape {
 public:
  Square(double side) : Shape("square"), side_(side) {}
  double area() const override;

 private:
  double side_;
};

double Square::area() const { return side_ * side_; }

}  // namespace geo

int main() {
  geo::Square square(twice(1.5));
  auto* shape = new geo::Square(2.0);
  count_up(1);
  delete shape;
  return square.area() > 1.0 ? 0 : 1;
}
