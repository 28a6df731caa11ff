// Whether a database that is not there is made.
#pragma once

namespace latchkey::store {

enum class OpenMode { kCreateIfMissing, kMustExist };

}  // namespace latchkey::store
