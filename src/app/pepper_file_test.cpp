#include "app/pepper_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace latchkey::app {
namespace {

std::string fresh_dir() {
  std::string path = testing::TempDir() + "pepperXXXXXX";
  return ::mkdtemp(path.data());
}

TEST(PepperFile, IsMadeOnceForItsOwnerAlone) {
  SeededRandom random(1);
  const std::string dir = fresh_dir();
  ASSERT_TRUE(create_pepper_file(dir, random));
  EXPECT_FALSE(create_pepper_file(dir, random));
  struct stat status {};
  ASSERT_EQ(::stat(pepper_path(dir).c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  const auto peppers = load_peppers(dir, std::nullopt);
  ASSERT_TRUE(peppers);
  EXPECT_EQ(peppers->current(), 1u);
}

TEST(PepperFile, IsRefusedWhenOthersCanReadIt) {
  SeededRandom random(2);
  const std::string dir = fresh_dir();
  ASSERT_TRUE(create_pepper_file(dir, random));
  ::chmod(pepper_path(dir).c_str(), 0644);
  EXPECT_NE(load_peppers(dir, std::nullopt).error().message.find("chmod 600"), std::string::npos);
}

TEST(PepperFile, TheVariableWins) {
  const std::string hex(64, 'a');
  const auto peppers = load_peppers("/nowhere", "2 " + hex + ",1 " + std::string(64, 'b'));
  ASSERT_TRUE(peppers);
  EXPECT_EQ(peppers->ids(), (std::vector<credential::PepperId>{2, 1}));
}

TEST(PepperFile, RefusesWhatIsNoPepper) {
  for (const std::string& text : std::vector<std::string>{"x", "1", "1 zz", "1 abc", "1 " + std::string(62, 'a'), "a " + std::string(64, 'a')}) {
    EXPECT_FALSE(load_peppers("/nowhere", text)) << text;
  }
  EXPECT_FALSE(load_peppers("/nowhere", std::nullopt));
}

}  // namespace
}  // namespace latchkey::app
