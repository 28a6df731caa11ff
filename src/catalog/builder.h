// Takes a parsed document apart and puts the catalog together, noting every mistake with its place. Used by load.cpp only.
#pragma once
#include <yaml-cpp/yaml.h>

#include <set>
#include <string>
#include <vector>

#include "catalog/load.h"

namespace latchkey::catalog {

class Builder {
 public:
  static constexpr std::size_t kMaxFileBytes = 8 * 1024 * 1024;

  explicit Builder(std::string file) : file_(std::move(file)), catalog_(std::make_unique<Catalog>()) {}
  void build(const YAML::Node& document);
  void error(const YAML::Mark& mark, std::string message);
  LoadResult take();

 private:
  struct Place;  // what an x-latchkey mapping beside a parameter or schema says

  // Mapping helpers.
  bool expect_map(const YAML::Node& node, std::string_view what);
  void check_duplicates(const YAML::Node& node, int depth);
  void check_keys(const YAML::Node& map, std::initializer_list<std::string_view> known, std::string_view where);
  std::string text(const YAML::Node& map, const char* key, bool required, std::string_view where);
  std::vector<std::string> texts(const YAML::Node& node, std::string_view where);
  bool flag(const YAML::Node& map, const char* key);
  YAML::Node resolve(YAML::Node node);

  // Sections.
  void read_info();
  void read_settings(const YAML::Node& settings);
  void read_channels(const YAML::Node& list);
  void read_attributes(const YAML::Node& list);
  void read_paths(const YAML::Node& paths);
  void read_operation(const std::string& path, const std::string& method, const YAML::Node& node, const YAML::Node& shared);
  void read_parameter(const YAML::Node& node, Operation& operation);
  void read_schema(const YAML::Node& schema, std::vector<Step>& path, bool answer, Operation& operation, int depth);
  Place read_place(const YAML::Node& node, std::initializer_list<std::string_view> keys, std::string_view where);
  void read_access_types(const YAML::Node& list);
  OperationSet read_operation_list(const YAML::Node& node, std::string_view where);
  void check_sense();

  std::string file_;
  YAML::Node document_;
  std::unique_ptr<Catalog> catalog_;
  std::vector<Diagnostic> diagnostics_;
  std::set<std::string> group_ids_;
};

}  // namespace latchkey::catalog
