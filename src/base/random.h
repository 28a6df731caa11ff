// Randomness as a parameter. Thread-safe; SystemRandom is the kernel's CSPRNG and cannot fail once the system is up.
#pragma once
#include <cstdint>
#include <span>

namespace latchkey {

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> bytes) = 0;
};

class SystemRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> bytes) override;
};

// For tests: the same bytes from the same seed (splitmix64). Not for one thread more than one.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  void fill(std::span<std::uint8_t> bytes) override;
  std::uint64_t next();

 private:
  std::uint64_t state_;
};

}  // namespace latchkey
