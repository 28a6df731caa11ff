// The id that follows a request through every log: the caller's X-Request-Id if it is harmless ([A-Za-z0-9._-], at most
// 64 of them), else one of our own.
#pragma once
#include <string>

#include "base/random.h"
#include "net/http.h"

namespace latchkey::api {

std::string request_id_for(const net::RequestHead& head, Random& random);

}  // namespace latchkey::api
