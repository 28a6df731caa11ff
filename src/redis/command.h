// Commands as Redis reads them: arrays of strings (RESP).
#pragma once
#include <initializer_list>
#include <string>
#include <string_view>

namespace latchkey::redis {

// The arguments of a command that are not its name, and how many: its key, say, or how a script is asked.
class Arguments {
 public:
  void add(std::string_view text);
  void add(std::int64_t number);
  int count() const { return count_; }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
  int count_ = 0;
};

// `lead` and then the arguments.
std::string command(std::initializer_list<std::string_view> lead, const Arguments& arguments = {});

}  // namespace latchkey::redis
