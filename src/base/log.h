// The process log: one JSON object a line on standard error, {"time","level","event",...fields}. Thread-safe.
// Values must not be secrets; Secret does not convert to a string, so it can't be passed by accident.
//
//   log::info("server.ready", {{"keys", "1024"}, {"console", "127.0.0.1:8080"}});
#pragma once
#include <initializer_list>
#include <string_view>
#include <utility>

namespace latchkey::log {

using Field = std::pair<std::string_view, std::string_view>;

void info(std::string_view event, std::initializer_list<Field> fields = {});
void warn(std::string_view event, std::initializer_list<Field> fields = {});
void error(std::string_view event, std::initializer_list<Field> fields = {});

}  // namespace latchkey::log
