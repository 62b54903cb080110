#include <string>
#include <vector>

namespace shop::model {

template <typename T> concept Priced = requires(T t) { t.price(); };

enum class Color : int { Red, Green = 2 };

class API_EXPORT Item : public Base<int>, virtual private Other {
 public:
  explicit Item(std::string name) : Base(1), name_{name}, count_(2) {}
  Item(const Item&) = delete;
  virtual ~Item() noexcept = default;
  virtual int price() const = 0;
  bool operator==(const Item& other) const { return name_ == other.name_; }
  operator bool() const { return count_ > 0; }
  template <typename... Args> void fill(Args&&... args) { (add(args), ...); }
  [[nodiscard]] auto label() -> std::string;

 private:
  std::string name_;
  int count_ = 0, limit_{3};
  using List = std::vector<Item>;
};

}  // namespace shop::model

namespace {
static_assert(sizeof(int) == 4, "int");
int total(const std::vector<int>& items) {
  int sum{0};
  for (const auto& item : items) sum += item;
  for (auto [key, value] : pairs()) use(key, value);
  return sum;
}
}

auto shop::model::Item::label() -> std::string {
  try {
    if (auto found = lookup(name_); found != end()) return found->second;
    std::string text(name_, 3);
    auto closure = [&, copy = std::move(text)](int n) mutable { return copy.substr(n); };
    auto* raw = new Other<int>(1);
    delete raw;
    return closure(static_cast<int>(10_km)) + R"(raw "text")";
  } catch (const std::exception& e) {
    throw;
  } catch (...) {
    return std::string{};
  }
}

task run() {
  co_await next();
  co_yield 1;
  co_return;
}
