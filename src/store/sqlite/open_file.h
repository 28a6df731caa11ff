// Opening a database file for its one writer: made if it may be, of the right kind and version, in WAL mode.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "store/open_mode.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/schema.h"

namespace latchkey::store::sqlite {

std::string directory_of(const std::string& path);
// Whether there is a file to open, before anything is made or locked.
Result<void> check_there(const std::string& path, OpenMode mode);
// `synchronous`: FULL, if what was answered must outlive a power cut; NORMAL, if the last moments may go with one.
Result<std::unique_ptr<Connection>> open_for_writing(const std::string& path, OpenMode mode, const Schema& schema,
                                                     std::string_view synchronous);
// Makes connections that read, for sql::ReadPool.
std::function<Result<std::unique_ptr<sql::Connection>>()> reading(std::string path);
// Names the file: whoever starts the server has to know which one it is about.
Error at_opening(Error error, const std::string& path);

}  // namespace latchkey::store::sqlite
