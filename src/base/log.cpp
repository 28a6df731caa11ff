#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <string>

#include "base/clock.h"
#include "base/json_text.h"

namespace latchkey::log {
namespace {

void write(spdlog::level::level_enum level, std::string_view name, std::string_view event,
           std::initializer_list<Field> fields) {
  static const auto logger = [] {
    auto made = spdlog::stderr_logger_mt("latchkey");
    made->set_pattern("%v");
    made->flush_on(spdlog::level::info);
    return made;
  }();
  std::string line = "{\"time\":\"" + format_rfc3339(SystemClock().now()) + "\",\"level\":\"";
  line.append(name).append("\",\"event\":");
  append_json_string(line, event);
  for (const auto& [key, value] : fields) {
    line += ',';
    append_json_string(line, key);
    line += ':';
    append_json_string(line, value);
  }
  line += '}';
  logger->log(level, spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace

void info(std::string_view event, std::initializer_list<Field> fields) { write(spdlog::level::info, "info", event, fields); }
void warn(std::string_view event, std::initializer_list<Field> fields) { write(spdlog::level::warn, "warn", event, fields); }
void error(std::string_view event, std::initializer_list<Field> fields) { write(spdlog::level::err, "error", event, fields); }

}  // namespace latchkey::log
