// Which files .gitignore leaves out (gitignore(5)): patterns of a directory hold for what is below it, later ones and
// deeper ones win, and what lies in a directory that is left out can't be brought back.
//
//   IgnoreRules rules = IgnoreRules::parse(text);
//   rules.judge("build/a.o", /*directory=*/false)    // kIgnored, kKept, or kSilent
//
// Pure; thread-safe. Time is bounded by the length of pattern times path, whatever either holds.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::scan {

class IgnoreRules {
 public:
  enum class Verdict { kSilent, kIgnored, kKept };

  static IgnoreRules parse(std::string_view text);
  // `path`: from the directory of the rules, with `/` between and none at the ends.
  Verdict judge(std::string_view path, bool directory) const;
  bool empty() const { return rules_.empty(); }

 private:
  struct Rule {
    std::vector<std::string> segments;  // of one alone that is not anchored: a name, wherever
    bool anchored = false;
    bool kept = false;
    bool directories_only = false;
    bool plain = false;  // without a character that has a meaning
  };
  std::vector<Rule> rules_;
};

// One segment: * ? [a-z] [!a] [[:digit:]] \x. Never matches a slash.
bool matches_glob(std::string_view pattern, std::string_view name);

}  // namespace latchkey::scan
