// What was acknowledged is there: after a kill, after a power cut, on a disk that is full or fails.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <set>

#include "store/sqlite/faulty_disk.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/temp_directory.h"

namespace latchkey::store {
namespace {

using sqlite::FaultyDisk;

std::unique_ptr<SqliteStore> open_store(const std::string& directory, OpenMode mode = OpenMode::kMustExist) {
  auto store = SqliteStore::open(directory + "/latchkey.db", mode);
  if (!store) ADD_FAILURE() << store.error().message << " / " << store.error().detail;
  return store ? std::move(*store) : nullptr;
}

TenantId make_tenant(SqliteStore& store) {
  SystemRandom random;
  Tenant tenant;
  tenant.id = TenantId::make(Instant{1}, random);
  tenant.name = "Acme";
  EXPECT_TRUE(store.insert_tenant(tenant));
  return tenant.id;
}

// Its secrets follow from its id, so that a reader can tell whether they are its own, and whole.
KeyRecord make_key(TenantId tenant, Random& random) {
  KeyRecord record;
  record.key.id = KeyId::make(Instant{2}, random);
  record.key.tenant = tenant;
  record.key.nickname = record.key.id.to_string();
  record.secrets = {{1, credential::sha256(record.key.nickname), {}, {}},
                    {1, credential::sha256(record.key.nickname + "2"), {}, {}}};
  return record;
}

bool is_whole(const KeyRecord& record) {
  const std::string name = record.key.id.to_string();
  return record.key.nickname == name && record.secrets.size() == 2 &&
         record.secrets[0].digest == credential::sha256(name) &&
         record.secrets[1].digest == credential::sha256(name + "2");
}

// Everything acknowledged is there, whatever is there is whole, and the feed names it.
void expect_all_there(SqliteStore& store, const std::set<std::string>& acknowledged) {
  std::set<std::string> found;
  const auto sequence = store.visit_all([](const Tenant&) { return true; },
                                        [&](const KeyRecord& record) {
                                          EXPECT_TRUE(is_whole(record));
                                          return found.insert(record.key.id.to_string()).second;
                                        });
  ASSERT_TRUE(sequence) << sequence.error().detail;
  for (const std::string& id : acknowledged) EXPECT_TRUE(found.contains(id)) << id;
  EXPECT_EQ(*sequence, 1 + static_cast<Sequence>(found.size())) << "one change for the tenant, one for each key";
  const auto changes = store.changes_after(0, 1'000'000);
  ASSERT_TRUE(changes);
  EXPECT_EQ(static_cast<Sequence>(changes->size()), *sequence);
}

constexpr const char* kDirectoryVariable = "LATCHKEY_TEST_CRASH_DIRECTORY";
constexpr const char* kPipeVariable = "LATCHKEY_TEST_CRASH_PIPE";
constexpr const char* kChildTest = "SqliteCrash.DISABLED_InsertsUntilKilled";

// The child of the test below, in a process of its own.
TEST(SqliteCrash, DISABLED_InsertsUntilKilled) {
  const char* directory = std::getenv(kDirectoryVariable);
  const char* pipe = std::getenv(kPipeVariable);
  if (directory == nullptr || pipe == nullptr) GTEST_SKIP() << "run by AcknowledgedKeys_SurviveAKill";
  const auto store = open_store(directory);
  ASSERT_TRUE(store);
  const TenantId tenant = store->list_tenants("", 1)->tenants.at(0).id;
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      SystemRandom random;
      for (;;) {
        const KeyRecord record = make_key(tenant, random);
        if (!store->insert_key(record, std::nullopt)) return;
        const std::string line = record.key.id.to_string() + "\n";  // short enough for a pipe to take it whole
        if (::write(std::atoi(pipe), line.data(), line.size()) < 0) return;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

// Starts the child, reads acknowledged ids until there are `enough`, kills it, reads what was still under way.
std::set<std::string> insert_until_killed(const std::string& directory, std::size_t enough) {
  int ends[2];
  LK_CHECK(::pipe(ends) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    ::setenv(kDirectoryVariable, directory.c_str(), 1);
    ::setenv(kPipeVariable, std::to_string(ends[1]).c_str(), 1);
    const std::string filter = std::string("--gtest_filter=") + kChildTest;
    const int quiet = ::open("/dev/null", O_WRONLY);
    ::dup2(quiet, STDOUT_FILENO);
    ::execl("/proc/self/exe", "unit_tests", filter.c_str(), "--gtest_also_run_disabled_tests",
            static_cast<char*>(nullptr));
    ::_exit(127);
  }
  ::close(ends[1]);
  std::string text;
  std::size_t lines = 0;
  bool killed = false;
  std::array<char, 4096> buffer;
  for (ssize_t size = 0; (size = ::read(ends[0], buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(size));
    lines += static_cast<std::size_t>(std::count(buffer.data(), buffer.data() + size, '\n'));
    if (lines >= enough && !killed) killed = ::kill(child, SIGKILL) == 0;
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  std::set<std::string> ids;
  for (std::size_t at = 0, end = 0; (end = text.find('\n', at)) != std::string::npos; at = end + 1)
    ids.insert(text.substr(at, end - at));
  return ids;
}

TEST(SqliteCrash, AcknowledgedKeys_SurviveAKill) {
  const TempDirectory directory;
  make_tenant(*open_store(directory.path(), OpenMode::kCreateIfMissing));
  std::set<std::string> acknowledged;
  for (const std::size_t enough : {1, 7, 40, 150, 400}) {
    acknowledged.merge(insert_until_killed(directory.path(), enough));
    EXPECT_GE(acknowledged.size(), enough);
    const auto store = open_store(directory.path());
    ASSERT_TRUE(store);
    expect_all_there(*store, acknowledged);
  }
}

TEST(SqliteCrash, AcknowledgedKeys_SurviveAPowerCut) {
  FaultyDisk disk;
  const TempDirectory directory;
  const auto store = open_store(directory.path(), OpenMode::kCreateIfMissing);
  ASSERT_TRUE(store);
  const TenantId tenant = make_tenant(*store);
  std::mutex mutex;
  std::set<std::string> acknowledged;
  std::atomic<bool> done{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      SystemRandom random;
      while (!done) {
        const KeyRecord record = make_key(tenant, random);
        ASSERT_TRUE(store->insert_key(record, std::nullopt));
        const std::lock_guard lock(mutex);
        acknowledged.insert(record.key.id.to_string());
      }
    });
  }
  for (int cut = 0; cut < 8; ++cut) {
    std::set<std::string> before;
    while (before.size() < static_cast<std::size_t>(cut) * 25) {
      std::this_thread::yield();
      const std::lock_guard lock(mutex);
      before = acknowledged;
    }
    const TempDirectory after;
    disk.power_cut(directory.path(), after.path(), cut % 2 == 1);
    const auto survivor = open_store(after.path());
    EXPECT_TRUE(survivor);
    if (survivor) expect_all_there(*survivor, before);
  }
  done = true;
  for (std::thread& thread : threads) thread.join();
}

// A disk that fails in one way: writes are refused with kUnavailable, reads go on, nothing acknowledged is lost, and what
// was refused is not there, neither then nor after a restart.
void expect_writes_fail_cleanly(std::atomic<bool> FaultyDisk::* fault) {
  FaultyDisk disk;
  const TempDirectory directory;
  auto store = open_store(directory.path(), OpenMode::kCreateIfMissing);
  ASSERT_TRUE(store);
  const TenantId tenant = make_tenant(*store);
  SystemRandom random;
  std::set<std::string> acknowledged;
  std::vector<KeyId> refused;
  for (int round = 0; round < 5; ++round) {
    const KeyRecord good = make_key(tenant, random);
    ASSERT_TRUE(store->insert_key(good, std::nullopt));
    acknowledged.insert(good.key.id.to_string());

    disk.*fault = true;
    const KeyRecord bad = make_key(tenant, random);
    const auto inserted = store->insert_key(bad, std::nullopt);
    ASSERT_FALSE(inserted);
    EXPECT_EQ(inserted.error().code, ErrorCode::kUnavailable) << inserted.error().detail;
    refused.push_back(bad.key.id);
    EXPECT_TRUE(store->find_key(good.key.id)) << "reads go on";
    EXPECT_EQ(store->find_key(bad.key.id).error().code, ErrorCode::kNotFound);
    disk.*fault = false;

    // What a process that is killed now would find.
    const TempDirectory after;
    std::filesystem::copy(directory.path(), after.path(), std::filesystem::copy_options::recursive);
    std::filesystem::remove(after.file("latchkey.db-shm"));
    const auto survivor = open_store(after.path());
    ASSERT_TRUE(survivor);
    expect_all_there(*survivor, acknowledged);
    if (fault != &FaultyDisk::syncs_fail) {
      for (const KeyId id : refused) EXPECT_EQ(survivor->find_key(id).error().code, ErrorCode::kNotFound);
    }
  }
  store.reset();
  store = open_store(directory.path());
  ASSERT_TRUE(store);
  expect_all_there(*store, acknowledged);
  for (const KeyId id : refused) EXPECT_EQ(store->find_key(id).error().code, ErrorCode::kNotFound);
}

TEST(SqliteCrash, AFullDisk_RefusesWritesAndLosesNothing) { expect_writes_fail_cleanly(&FaultyDisk::full); }
TEST(SqliteCrash, ADiskThatTurnsReadOnly_RefusesWritesAndLosesNothing) {
  expect_writes_fail_cleanly(&FaultyDisk::writes_fail);
}
TEST(SqliteCrash, ADiskThatCannotSync_RefusesWritesAndLosesNothing) {
  expect_writes_fail_cleanly(&FaultyDisk::syncs_fail);
}

TEST(SqliteCrash, ACommitWhoseSyncFailed_IsNotThereAfterAKill) {
  FaultyDisk disk;
  const TempDirectory directory;
  const auto store = open_store(directory.path(), OpenMode::kCreateIfMissing);
  ASSERT_TRUE(store);
  SystemRandom random;
  const KeyRecord refused = make_key(make_tenant(*store), random);
  disk.next_syncs_fail = 1;
  ASSERT_FALSE(store->insert_key(refused, std::nullopt));
  const TempDirectory after;
  std::filesystem::copy(directory.path(), after.path(), std::filesystem::copy_options::recursive);
  std::filesystem::remove(after.file("latchkey.db-shm"));
  const auto survivor = open_store(after.path());
  ASSERT_TRUE(survivor);
  EXPECT_EQ(survivor->find_key(refused.key.id).error().code, ErrorCode::kNotFound);
}

TEST(SqliteCrash, ADiskThatCannotBeRead_IsReportedAndForgiven) {
  FaultyDisk disk;
  const TempDirectory directory;
  TenantId tenant;
  {
    const auto store = open_store(directory.path(), OpenMode::kCreateIfMissing);
    ASSERT_TRUE(store);
    tenant = make_tenant(*store);
  }
  const auto store = open_store(directory.path());
  ASSERT_TRUE(store);
  disk.reads_fail = true;
  const auto failed = store->find_tenant(tenant);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::kUnavailable);
  disk.reads_fail = false;
  EXPECT_TRUE(store->find_tenant(tenant));
}

}  // namespace
}  // namespace latchkey::store
