#pragma once
#include <string>
#include "count.h"

namespace geo {

class Shape {
 public:
  explicit Shape(std::string name) : name_(name) {}
  virtual ~Shape() = default;
  virtual double area() const = 0;
  const std::string& name() const { return name_; }

 private:
  std::string name_;
};

}  // namespace geo
