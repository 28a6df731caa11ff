// latchkey catalog check FILE: every mistake of a catalog, with its place. Asks no server.
#include <nlohmann/json.hpp>

#include "catalog/load.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/output.h"

namespace latchkey::cli {
namespace {

using nlohmann::json;

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string summary(const std::string& file, const catalog::LoadResult& loaded) {
  const auto errors = static_cast<std::size_t>(std::count_if(loaded.diagnostics.begin(), loaded.diagnostics.end(),
                                                             [](const auto& d) { return d.error; }));
  const std::size_t warnings = loaded.diagnostics.size() - errors;
  std::string out = file + ": ";
  if (!loaded.catalog)
    return out + fmt::format("{}, {}; it can't be used.", counted(errors, "error", "errors"),
                             counted(warnings, "warning", "warnings"));
  const catalog::Catalog& made = *loaded.catalog;
  out += fmt::format("{} in {}, {}, {}, {}; ", counted(made.operations().size(), "operation", "operations"),
                     counted(made.groups().size(), "group", "groups"),
                     counted(made.access_types().size(), "access type", "access types"),
                     counted(made.channels().size(), "channel", "channels"),
                     counted(made.attributes().size(), "attribute", "attributes"));
  return out + (warnings == 0 ? "no mistake." : counted(warnings, "warning.", "warnings."));
}

json as_json(const catalog::LoadResult& loaded) {
  json out = {{"valid", loaded.catalog != nullptr}, {"diagnostics", json::array()}};
  for (const catalog::Diagnostic& d : loaded.diagnostics) {
    out["diagnostics"].push_back({{"file", d.file},
                                  {"line", d.line},
                                  {"column", d.column},
                                  {"severity", d.error ? "error" : "warning"},
                                  {"message", d.message}});
  }
  if (loaded.catalog) {
    out["title"] = loaded.catalog->title();
    out["operations"] = loaded.catalog->operations().size();
    out["access_types"] = loaded.catalog->access_types().size();
    out["channels"] = loaded.catalog->channels().size();
    out["attributes"] = loaded.catalog->attributes().size();
  }
  return out;
}

int check(const std::string& file, bool wants_json) {
  const catalog::LoadResult loaded = catalog::load_catalog_file(file);
  if (wants_json) {
    print_result(as_json(loaded).dump(-1, ' ', false, json::error_handler_t::replace));
  } else {
    for (const catalog::Diagnostic& diagnostic : loaded.diagnostics) print_result(diagnostic.to_string());
    print_result(summary(file, loaded));
  }
  return loaded.catalog ? kDone : kRefused;
}

}  // namespace

void add_catalog(Command& program) {
  Command catalog = program.add_subcommand("catalog", "Work with catalogs (see docs/catalog.md)");
  catalog.require_subcommand();
  Command command = catalog.add_subcommand("check", "Report every mistake of a catalog, with line and column");
  auto file = std::make_shared<std::string>();
  auto wants_json = std::make_shared<bool>(false);
  command.add_option("file", *file, "An OpenAPI document with x-latchkey extensions").required();
  command.add_flag("--json", *wants_json, "Print JSON");
  command.footer("Exit code 0: it can be used; 1: it can't.\nExample: latchkey catalog check catalogs/optimove.yaml");
  command.callback([file, wants_json] { return check(*file, *wants_json); });
}

}  // namespace latchkey::cli
