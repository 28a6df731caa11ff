// A string that must never be seen: an API key's secret, a password, a pepper.
//
// Move-only; wiped when it dies or is moved from; no formatter, no operator<<, no conversion (secret_test.cpp asserts
// so). `expose()` is the one way to the bytes, so that a search for it finds every place that touches them.
// Equality takes the same time wherever the first difference stands.
//
//   Secret s = credential::generate(format, random);
//   body["secret"] = s.expose();          // the one place that shows it
#pragma once
#include <string>
#include <string_view>

namespace latchkey {

class Secret {
 public:
  Secret() = default;
  // Takes the bytes over and wipes the source.
  explicit Secret(std::string&& bytes);
  static Secret copy_of(std::string_view bytes);

  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  ~Secret();

  std::string_view expose() const { return bytes_; }
  bool empty() const { return bytes_.empty(); }
  std::size_t size() const { return bytes_.size(); }
  bool equals(std::string_view other) const;

 private:
  std::string bytes_;
};

// Overwrites in a way that the compiler may not drop.
void wipe(void* bytes, std::size_t size);
void wipe(std::string& bytes);
// Time depends on the sizes only.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace latchkey
