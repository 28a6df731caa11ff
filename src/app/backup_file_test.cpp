#include "app/backup_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "app/backup_manifest.h"
#include "store/sqlite/temp_directory.h"

namespace latchkey::app {
namespace {

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream out;
  out << file.rdbuf();
  return out.str();
}

struct BackupFile : ::testing::Test {
  void SetUp() override {
    std::ofstream(from, std::ios::binary) << large;
    BackupWriter writer(path);
    ASSERT_TRUE(writer.begin());
    ASSERT_TRUE(writer.add("first", "small"));
    ASSERT_TRUE(writer.add_file("second", from));
    ASSERT_TRUE(writer.finish());
  }
  // What was read, unless the backup is found to be damaged.
  std::optional<std::map<std::string, std::string>> read() {
    std::map<std::string, std::string> out;
    const auto done = read_backup(path, [&](std::string_view name, std::uint64_t) -> Result<Sink> {
      std::string& text = out[std::string(name)];
      return Sink([&text](std::string_view part) { return text += part, Result<void>{}; });
    });
    if (!done) return std::nullopt;
    return out;
  }

  store::TempDirectory directory;
  const std::string path = directory.file("a.backup"), from = directory.file("from");
  const std::string large = std::string(300'000, 'x') + "end";
};

TEST_F(BackupFile, GivesBackWhatWasPutIn) {
  const auto out = read();
  ASSERT_TRUE(out);
  EXPECT_EQ(*out, (std::map<std::string, std::string>{{"first", "small"}, {"second", large}}));
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_NE(::stat((path + ".part").c_str(), &status), 0);
}

TEST_F(BackupFile, WithOneByteChangedOrCutOffAnywhereIsDamaged) {
  const std::string whole = contents(path);
  const auto write = [&](const std::string& text) { std::ofstream(path, std::ios::binary | std::ios::trunc) << text; };
  const std::size_t end = whole.size() - 1024 - 512 + 64;  // behind the checksum there is nothing to find
  for (std::size_t at = 0; at < end; at += at < 2048 || at > end - 700 ? 1 : 997) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    write(changed);
    EXPECT_FALSE(read()) << at;
  }
  for (const std::size_t size : {std::size_t{0}, std::size_t{100}, std::size_t{512}, whole.size() / 2, end - 1}) {
    write(whole.substr(0, size));
    EXPECT_FALSE(read()) << size;
  }
}

TEST_F(BackupFile, ThatIsNotFinishedLeavesNothing) {
  const std::string other = directory.file("b.backup");
  {
    BackupWriter writer(other);
    ASSERT_TRUE(writer.begin());
    ASSERT_TRUE(writer.add("first", "small"));
  }
  struct stat status{};
  EXPECT_NE(::stat(other.c_str(), &status), 0);
  EXPECT_NE(::stat((other + ".part").c_str(), &status), 0);
}

TEST(BackupManifestTest, ComesBackAsItWas) {
  BackupManifest made;
  made.version = "1.2.3";
  made.taken_at = {1'777'000'000'000};
  made.sequence = 9;
  made.keys = 3;
  made.tenants = 1;
  made.peppers = {1, 7};
  made.files = {{"latchkey.db", 4096, "ab", 5}};
  const auto back = parse_manifest(made.to_json());
  ASSERT_TRUE(back);
  EXPECT_EQ(back->to_json(), made.to_json());
  EXPECT_EQ(list_of(back->peppers), "1, 7");
  EXPECT_FALSE(parse_manifest("{}"));
  EXPECT_FALSE(parse_manifest(R"({"form":2})"));
}

}  // namespace
}  // namespace latchkey::app
