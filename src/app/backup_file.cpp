#include "app/backup_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace latchkey::app {
namespace {

constexpr std::size_t kBlock = 512;  // of a tar archive
constexpr std::size_t kChunk = 256 * 1024;
constexpr std::string_view kChecksum = "checksum";  // the last file
constexpr std::uint64_t kMaxOctal = 0x1'ffff'ffff;  // what eleven octal digits hold

Error trouble(const std::string& path, std::string_view what) {
  return {ErrorCode::kUnavailable, fmt::format("{} can't be {}: {}.", path, what, std::strerror(errno)), {}};
}

Error damaged(const std::string& path) {
  return {ErrorCode::kCorrupt,
          fmt::format("{} is damaged, cut off, or no backup of Latchkey. Nothing was restored.", path),
          {}};
}

// The head of a file in the archive, as POSIX.1-1988 (ustar) has it.
using Head = std::array<char, kBlock>;
constexpr std::size_t kSizeAt = 124, kSumAt = 148;

void put_octal(Head& head, std::size_t at, std::size_t digits, std::uint64_t value) {
  for (std::size_t i = digits; i-- > 0; value /= 8) head[at + i] = static_cast<char>('0' + value % 8);
}

// A size of 8 GiB or more is written in base 256 with the first bit set, as GNU tar and others do.
void put_size(Head& head, std::uint64_t size) {
  if (size <= kMaxOctal) return put_octal(head, kSizeAt, 11, size);
  head[kSizeAt] = '\x80';
  for (std::size_t i = 12; i-- > 4; size /= 256) head[kSizeAt + i] = static_cast<char>(size % 256);
}

std::uint64_t size_in(const Head& head) {
  std::uint64_t size = 0;
  if (head[kSizeAt] == '\x80') {
    for (std::size_t i = 4; i < 12; ++i) size = size * 256 + static_cast<unsigned char>(head[kSizeAt + i]);
  } else {
    for (std::size_t i = 0; i < 11; ++i) size = size * 8 + static_cast<std::uint64_t>(head[kSizeAt + i] - '0');
  }
  return size;
}

// Its own bytes count as blanks.
std::uint32_t sum_of(Head head) {
  std::memset(head.data() + kSumAt, ' ', 8);
  std::uint32_t sum = 0;
  for (const char c : head) sum += static_cast<unsigned char>(c);
  return sum;
}

// As it stands in the head: six octal digits, a zero byte, a blank.
std::string sum_text(const Head& head) { return fmt::format("{:06o}", sum_of(head)) + std::string("\0 ", 2); }

Head head_of(std::string_view name, std::uint64_t size) {
  Head head{};
  std::copy(name.begin(), name.end(), head.begin());
  put_octal(head, 100, 7, 0600);
  put_octal(head, 108, 7, 0);
  put_octal(head, 116, 7, 0);
  put_size(head, size);
  put_octal(head, 136, 11, 0);  // no time, so that equal content makes equal files
  head[156] = '0';
  std::memcpy(head.data() + 257, "ustar\00000", 8);
  const std::string sum = sum_text(head);
  std::memcpy(head.data() + kSumAt, sum.data(), sum.size());
  return head;
}

std::string_view view(const Head& head) { return {head.data(), head.size()}; }

std::uint64_t padding_of(std::uint64_t size) { return (kBlock - size % kBlock) % kBlock; }

class Reader {
 public:
  Reader(OpenFile file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}

  // Exactly so many bytes, as they come.
  Result<void> read(std::uint64_t size, bool counted, const Sink& sink) {
    while (size > 0) {
      const ssize_t got =
          ::read(file_.get(), chunk_.data(), static_cast<std::size_t>(std::min<std::uint64_t>(size, kChunk)));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return std::unexpected(trouble(path_, "read"));
      if (got == 0) return std::unexpected(damaged(path_));
      const std::string_view part(chunk_.data(), static_cast<std::size_t>(got));
      if (counted) sum_.add(part);
      LK_TRY(sink(part));
      size -= part.size();
    }
    return {};
  }
  Result<Head> head() {
    Head head;
    char* to = head.data();
    LK_TRY(read(kBlock, false, [&](std::string_view part) {
      to = std::copy(part.begin(), part.end(), to);
      return Result<void>{};
    }));
    if (std::string_view(head.data() + kSumAt, 8) != sum_text(head)) return std::unexpected(damaged(path_));
    return head;
  }
  void count(std::string_view bytes) { sum_.add(bytes); }
  credential::Digest sum() { return sum_.finish(); }

 private:
  OpenFile file_;
  const std::string path_;
  credential::Sha256 sum_;
  std::vector<char> chunk_ = std::vector<char>(kChunk);
};

Result<void> ignore(std::string_view) { return {}; }

}  // namespace

std::string hex_of(const credential::Digest& digest) {
  std::string out;
  for (const std::uint8_t byte : digest) out += fmt::format("{:02x}", byte);
  return out;
}

OpenFile::~OpenFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<OpenFile> open_to_read(const std::string& path) {
  OpenFile file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return std::unexpected(trouble(path, "read"));
  return file;
}

Result<OpenFile> make_file(const std::string& path) {
  OpenFile file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (file.get() < 0 || ::fchmod(file.get(), 0600) != 0) return std::unexpected(trouble(path, "written"));
  return file;
}

Result<void> write_all(const OpenFile& file, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(file.get(), bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return std::unexpected(trouble(path, "written"));
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return {};
}

Result<void> sync_file(const OpenFile& file, const std::string& path) {
  if (::fsync(file.get()) != 0) return std::unexpected(trouble(path, "written"));
  return {};
}

Result<void> sync_directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  LK_ASSIGN(const OpenFile file, open_to_read(directory));
  return sync_file(file, directory);
}

Result<FileSum> sum_of_file(const std::string& path) {
  LK_ASSIGN(OpenFile file, open_to_read(path));
  credential::Sha256 hash;
  FileSum sum;
  std::vector<char> chunk(kChunk);
  for (;;) {
    const ssize_t got = ::read(file.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(trouble(path, "read"));
    if (got == 0) break;
    hash.add({chunk.data(), static_cast<std::size_t>(got)});
    sum.bytes += static_cast<std::uint64_t>(got);
  }
  sum.sha256 = hash.finish();
  return sum;
}

BackupWriter::~BackupWriter() {
  if (file_.get() >= 0 && !finished_) ::unlink(part_.c_str());
}

Result<void> BackupWriter::begin() {
  LK_ASSIGN(file_, make_file(part_));
  return {};
}

Result<void> BackupWriter::put(std::string_view bytes) {
  sum_.add(bytes);
  return write_all(file_, bytes, part_);
}

Result<void> BackupWriter::put_head(std::string_view name, std::uint64_t size) {
  return put(view(head_of(name, size)));
}

Result<void> BackupWriter::put_padding(std::uint64_t size) { return put(std::string(padding_of(size), '\0')); }

Result<void> BackupWriter::add(std::string_view name, std::string_view content) {
  LK_TRY(put_head(name, content.size()));
  LK_TRY(put(content));
  return put_padding(content.size());
}

Result<void> BackupWriter::add_file(std::string_view name, const std::string& from) {
  LK_ASSIGN(OpenFile file, open_to_read(from));
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return std::unexpected(trouble(from, "read"));
  const auto size = static_cast<std::uint64_t>(status.st_size);
  LK_TRY(put_head(name, size));
  Reader reader(std::move(file), from);
  LK_TRY(reader.read(size, false, [this](std::string_view part) { return put(part); }));
  return put_padding(size);
}

Result<void> BackupWriter::finish() {
  const std::string sum = hex_of(sum_.finish());
  LK_TRY(write_all(file_, view(head_of(kChecksum, sum.size())), part_));
  LK_TRY(write_all(file_, sum + std::string(padding_of(sum.size()) + 2 * kBlock, '\0'), part_));
  LK_TRY(sync_file(file_, part_));
  if (::rename(part_.c_str(), path_.c_str()) != 0) return std::unexpected(trouble(path_, "written"));
  finished_ = true;
  return sync_directory_of(path_);
}

Result<void> read_backup(const std::string& path,
                         const std::function<Result<Sink>(std::string_view name, std::uint64_t size)>& open) {
  LK_ASSIGN(OpenFile file, open_to_read(path));
  Reader reader(std::move(file), path);
  for (;;) {
    LK_ASSIGN(const Head head, reader.head());
    const std::string name(head.data(), ::strnlen(head.data(), 100));
    const std::uint64_t size = size_in(head);
    if (name == kChecksum) {
      std::string sum;
      if (size != 64) return std::unexpected(damaged(path));
      LK_TRY(reader.read(size, false, [&](std::string_view part) { return sum += part, Result<void>{}; }));
      if (sum != hex_of(reader.sum())) return std::unexpected(damaged(path));
      return {};
    }
    reader.count(view(head));
    LK_ASSIGN(const Sink sink, open(name, size));
    LK_TRY(reader.read(size, true, sink));
    LK_TRY(reader.read(padding_of(size), true, ignore));
  }
}

}  // namespace latchkey::app
