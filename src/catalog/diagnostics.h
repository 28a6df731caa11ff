// Collects what is wrong with a catalog, each mistake once, up to a bound. For this room only.
#pragma once
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "catalog/load.h"

namespace latchkey::catalog {

// Where something stands in the text, from 1.
struct Place {
  int line = 1;
  int column = 1;
};

class Diagnostics {
 public:
  static constexpr std::size_t kMost = 200;

  explicit Diagnostics(std::string file) : file_(std::move(file)) {}
  void error(Place place, std::string message) { add(place, true, std::move(message)); }
  void warning(Place place, std::string message) { add(place, false, std::move(message)); }
  bool has_errors() const { return errors_ > 0; }
  // In the order of the text.
  std::vector<Diagnostic> take();

 private:
  void add(Place place, bool error, std::string message);

  std::string file_;
  std::vector<Diagnostic> found_;
  // A mistake in a part that is used in many places is still one mistake.
  std::set<std::tuple<int, int, std::string>> seen_;
  std::size_t errors_ = 0;
  std::size_t left_out_ = 0;
};

}  // namespace latchkey::catalog
