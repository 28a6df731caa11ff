#include "scan/ignore.h"

#include <gtest/gtest.h>

namespace latchkey::scan {
namespace {

using Verdict = IgnoreRules::Verdict;

// Each row as `git check-ignore` sees it.
TEST(IgnoreRules, JudgesAsGitDoes) {
  struct Row {
    std::string rules, path;
    bool directory;
    Verdict verdict;
  };
  const Row rows[] = {
      {"*.o", "a.o", false, Verdict::kIgnored},
      {"*.o", "deep/down/a.o", false, Verdict::kIgnored},
      {"*.o", "a.c", false, Verdict::kSilent},
      {"# *.c\n\n*.o", "a.c", false, Verdict::kSilent},
      {"/a.o", "a.o", false, Verdict::kIgnored},
      {"/a.o", "b/a.o", false, Verdict::kSilent},
      {"b/a.o", "c/b/a.o", false, Verdict::kSilent},
      {"build/", "build", true, Verdict::kIgnored},
      {"build/", "build", false, Verdict::kSilent},
      {"build/", "x/build", true, Verdict::kIgnored},
      {"*.log\n!keep.log", "keep.log", false, Verdict::kKept},
      {"!keep.log\n*.log", "keep.log", false, Verdict::kIgnored},
      {"foo/*", "foo/a", false, Verdict::kIgnored},
      {"foo/*", "foo/a/b", false, Verdict::kSilent},
      {"**/foo", "foo", false, Verdict::kIgnored},
      {"**/foo", "a/b/foo", false, Verdict::kIgnored},
      {"foo/**", "foo/a/b", false, Verdict::kIgnored},
      {"foo/**", "foo", true, Verdict::kSilent},
      {"a/**/b", "a/b", false, Verdict::kIgnored},
      {"a/**/b", "a/x/y/b", false, Verdict::kIgnored},
      {"a/**/b", "a/x/y/c", false, Verdict::kSilent},
      {"a**b", "axxb", false, Verdict::kIgnored},
      {"[ab].txt", "b.txt", false, Verdict::kIgnored},
      {"[!ab].txt", "b.txt", false, Verdict::kSilent},
      {"[a-c]?.txt", "cx.txt", false, Verdict::kIgnored},
      {"[]x].txt", "].txt", false, Verdict::kIgnored},
      {"[[:digit:]]", "7", false, Verdict::kIgnored},
      {"[[:digit:]]", "x", false, Verdict::kSilent},
      {"[ab", "[ab", false, Verdict::kSilent},
      {"\\#a", "#a", false, Verdict::kIgnored},
      {"\\!a", "!a", false, Verdict::kIgnored},
      {"a\\*", "a*", false, Verdict::kIgnored},
      {"a\\*", "ab", false, Verdict::kSilent},
      {"a ", "a", false, Verdict::kIgnored},
      {"a\\ ", "a ", false, Verdict::kIgnored},
      {"a\r\nb\r\n", "a", false, Verdict::kIgnored},
      {"\xEF\xBB\xBF"
       "a",
       "a", false, Verdict::kIgnored},
      {"/", "a", true, Verdict::kSilent},
      {"*", "a", false, Verdict::kIgnored},
      {"/*\n!/src", "src", true, Verdict::kKept},
      {"doc/frotz/", "a/doc/frotz", true, Verdict::kSilent},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(IgnoreRules::parse(row.rules).judge(row.path, row.directory), row.verdict)
        << row.rules << " : " << row.path;
  }
}

TEST(IgnoreRules, TimeIsBoundedWhateverThePattern) {
  std::string pattern, name(4'000, 'a');
  for (int i = 0; i < 500; ++i) pattern += "a*";
  EXPECT_FALSE(matches_glob(pattern + "b", name));
  std::string deep, path;
  for (int i = 0; i < 300; ++i) deep += "**/a/";
  for (int i = 0; i < 600; ++i) path += "a/";
  EXPECT_EQ(IgnoreRules::parse(deep + "b").judge(path + "c", false), Verdict::kSilent);
}

}  // namespace
}  // namespace latchkey::scan
