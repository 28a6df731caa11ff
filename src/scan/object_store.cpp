#include "scan/object_store.h"

#include <dirent.h>
#include <fcntl.h>
#include <git2/errors.h>
#include <git2/odb_backend.h>
#include <git2/sys/odb_backend.h>
#include <git2/sys/repository.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <charconv>
#include <set>

#include "scan/pack_index.h"

namespace latchkey::scan::git {
namespace {

using Folder = std::unique_ptr<DIR, Freer<::closedir>>;

struct LooseObjects : git_odb_backend {
  std::string folder;  // with a slash at the end
};

int failed(const char* why) {
  git_error_set_str(GIT_ERROR_ODB, why);
  return GIT_ERROR;
}

std::string path_of(const LooseObjects& objects, const git_oid& id) {
  const std::string name = hex(id);
  return objects.folder + name.substr(0, 2) + "/" + name.substr(2);
}

// A whole regular file of at most kMaxObjectBytes.
std::optional<std::string> read_file(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (descriptor < 0) return std::nullopt;
  struct stat status;
  std::optional<std::string> bytes;
  if (::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) &&
      status.st_size <= static_cast<off_t>(kMaxObjectBytes)) {
    bytes.emplace(static_cast<std::size_t>(status.st_size), '\0');
    std::size_t size = 0;
    while (size < bytes->size()) {
      const ssize_t count = ::read(descriptor, bytes->data() + size, bytes->size() - size);
      if (count <= 0) break;
      size += static_cast<std::size_t>(count);
    }
    bytes->resize(size);
  }
  ::close(descriptor);
  return bytes;
}

class Inflater {
 public:
  explicit Inflater(std::string& bytes) {
    good_ = inflateInit(&stream_) == Z_OK;
    stream_.next_in = reinterpret_cast<Bytef*>(bytes.data());
    stream_.avail_in = static_cast<uInt>(bytes.size());
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { inflateEnd(&stream_); }

  // How much came out; less than there is room for if that was all, or if it is damaged.
  std::size_t take(char* to, std::size_t room) {
    stream_.next_out = reinterpret_cast<Bytef*>(to);
    stream_.avail_out = static_cast<uInt>(room);
    while (good_ && !ended_ && stream_.avail_out > 0) {
      const int code = inflate(&stream_, Z_NO_FLUSH);
      ended_ = code == Z_STREAM_END;
      good_ = ended_ || code == Z_OK;
    }
    return room - stream_.avail_out;
  }
  // Nothing is left, and zlib's checksum is right.
  bool at_end() {
    char more;
    return take(&more, 1) == 0 && ended_;
  }

 private:
  z_stream stream_{};
  bool good_ = false, ended_ = false;
};

struct Header {
  git_object_t type = GIT_OBJECT_INVALID;
  std::size_t size = 0;
  std::size_t length = 0;  // of the header itself
};

// "blob 123" and a zero.
std::optional<Header> read_header(std::string_view beginning) {
  const std::size_t zero = beginning.find('\0'), blank = beginning.find(' ');
  if (zero == std::string_view::npos || blank >= zero) return std::nullopt;
  Header header;
  const std::string type(beginning.substr(0, blank));
  header.type = git_object_string2type(type.c_str());
  header.length = zero + 1;
  const char* const end = beginning.data() + zero;
  const auto [stop, error] = std::from_chars(beginning.data() + blank + 1, end, header.size);
  const bool known = header.type == GIT_OBJECT_BLOB || header.type == GIT_OBJECT_TREE ||
                     header.type == GIT_OBJECT_COMMIT || header.type == GIT_OBJECT_TAG;
  if (error != std::errc() || stop != end || !known) return std::nullopt;
  return header;
}

int read_object(void** out, std::size_t* size, git_object_t* type, git_odb_backend* backend, const git_oid* id) {
  auto bytes = read_file(path_of(*static_cast<LooseObjects*>(backend), *id));
  if (!bytes) return errno == ENOENT ? GIT_ENOTFOUND : failed("its file can't be read");
  Inflater inflater(*bytes);
  char beginning[64];
  const std::size_t begun = inflater.take(beginning, sizeof beginning);
  const auto header = read_header({beginning, begun});
  if (!header) return failed("it is damaged");
  if (header->size > kMaxObjectBytes) return failed("it is larger than 1 GiB");
  const std::size_t there = begun - header->length;
  auto* const data = static_cast<char*>(git_odb_backend_data_alloc(backend, header->size + 1));
  if (data == nullptr) return failed("there is no memory for it");
  const std::size_t copied = std::min(there, header->size);
  std::memcpy(data, beginning + header->length, copied);
  if (there > header->size || copied + inflater.take(data + copied, header->size - copied) != header->size ||
      !inflater.at_end()) {
    git_odb_backend_data_free(backend, data);
    return failed("it is damaged or cut off");
  }
  data[header->size] = '\0';
  *out = data;
  *size = header->size;
  *type = header->type;
  return 0;
}

int read_object_header(std::size_t* size, git_object_t* type, git_odb_backend* backend, const git_oid* id) {
  void* data = nullptr;
  const int code = read_object(&data, size, type, backend, id);
  if (code == 0) git_odb_backend_data_free(backend, data);
  return code;
}

int has_object(git_odb_backend* backend, const git_oid* id) {
  return ::access(path_of(*static_cast<LooseObjects*>(backend), *id).c_str(), F_OK) == 0 ? 1 : 0;
}

int list_objects(git_odb_backend* backend, git_odb_foreach_cb found, void* payload) {
  const auto& objects = *static_cast<LooseObjects*>(backend);
  for (int first = 0; first < 256; ++first) {
    const std::string begin = fmt::format("{:02x}", first);
    const Folder folder(::opendir((objects.folder + begin).c_str()));
    if (!folder) {
      if (errno == ENOENT || errno == ENOTDIR) continue;
      return failed("the folder of an object can't be read");
    }
    while (const dirent* const entry =
               ::readdir(folder.get())) {  // NOLINT(concurrency-mt-unsafe): the stream is this thread's
      const std::string name = begin + entry->d_name;
      git_oid id;
      if (name.size() != GIT_OID_HEXSZ || git_oid_fromstr(&id, name.c_str()) < 0) continue;
      if (const int code = found(&id, payload); code != 0) return code;
    }
  }
  return 0;
}

git_odb_backend* loose_objects(const std::string& folder) {
  auto made = std::make_unique<LooseObjects>();
  git_odb_init_backend(made.get(), GIT_ODB_BACKEND_VERSION);
  made->folder = folder + "/";
  made->read = read_object;
  made->read_header = read_object_header;
  made->exists = has_object;
  made->foreach = list_objects;
  made->free = [](git_odb_backend* backend) { delete static_cast<LooseObjects*>(backend); };
  return made.release();
}

// Folders of objects: the repository's own, then those that it borrows from, and they in turn.
std::vector<std::string> object_folders(const std::string& own) {
  constexpr std::size_t kMaxFolders = 64;
  std::vector<std::string> folders{own};
  std::set<std::string> seen{own};
  for (std::size_t i = 0; i < folders.size(); ++i) {
    auto text = read_file(folders[i] + "/info/alternates");
    for (std::string_view rest = text ? std::string_view(*text) : ""; !rest.empty();) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      const std::string line(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (line.empty() || line.front() == '#' || folders.size() == kMaxFolders) continue;
      const std::string folder = line.front() == '/' ? line : folders[i] + "/" + line;
      if (seen.insert(folder).second) folders.push_back(folder);
    }
  }
  return folders;
}

std::uint64_t size_of(const std::string& path) {
  struct stat status;
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) ? static_cast<std::uint64_t>(status.st_size) : 0;
}

void find_packs(const std::string& folder, ObjectFiles& files) {
  const Folder packs(::opendir(folder.c_str()));
  if (!packs) {
    if (errno != ENOENT) files.troubles.push_back("the packs can't be read");
    return;
  }
  std::vector<std::string> indexes;
  while (const dirent* const entry =
             ::readdir(packs.get())) {  // NOLINT(concurrency-mt-unsafe): the stream is this thread's
    const std::string_view name = entry->d_name;
    if (name.starts_with("pack-") && name.ends_with(".idx")) indexes.push_back(folder + "/" + std::string(name));
  }
  std::ranges::sort(indexes);
  for (const std::string& index : indexes) {
    const auto bytes = read_file(index);
    const std::string name = index.substr(folder.size() + 1, index.size() - folder.size() - 5);
    if (bytes && is_sound_pack_index(*bytes, size_of(index.substr(0, index.size() - 4) + ".pack"))) {
      files.packs.push_back(index);
    } else {
      files.troubles.push_back(fmt::format("{} can't be read, or its index is damaged", name));
    }
  }
}

}  // namespace

ObjectFiles object_files(git_repository* repository) {
  ObjectFiles files;
  files.folders = object_folders(std::string(git_repository_commondir(repository)) + "objects");
  for (const std::string& folder : files.folders) find_packs(folder + "/pack", files);
  return files;
}

Result<Odb> open_objects(git_repository* repository, const ObjectFiles& files) {
  auto odb = take<Odb>(git_odb_new);
  if (!odb) return fail(ErrorCode::kUnavailable, last_error());
  int priority = 1'000'000;
  for (const std::string& pack : files.packs) {
    git_odb_backend* backend = nullptr;
    if (git_odb_backend_one_pack(&backend, pack.c_str()) < 0 ||
        git_odb_add_backend(odb.get(), backend, priority--) < 0) {
      return fail(ErrorCode::kUnavailable, last_error());
    }
  }
  for (const std::string& folder : files.folders) {
    if (git_odb_add_backend(odb.get(), loose_objects(folder), priority--) < 0)
      return fail(ErrorCode::kUnavailable, last_error());
  }
  if (git_repository_set_odb(repository, odb.get()) < 0) return fail(ErrorCode::kUnavailable, last_error());
  return odb;
}

}  // namespace latchkey::scan::git
