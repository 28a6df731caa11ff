#include "api/router.h"

namespace latchkey::api {
namespace {

bool is_parameter(std::string_view segment) { return segment.starts_with('{'); }

std::string_view take_segment(std::string_view& path) {
  const std::size_t slash = path.find('/');
  const std::string_view segment = path.substr(0, slash);
  path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
  return segment;
}

// The number of literal segments that match, or -1.
int match_path(std::string_view path_template, std::string_view path, std::vector<std::string_view>& parameters) {
  if (std::count(path_template.begin(), path_template.end(), '/') != std::count(path.begin(), path.end(), '/'))
    return -1;
  int literals = 0;
  while (!path_template.empty()) {
    const std::string_view wanted = take_segment(path_template);
    const std::string_view segment = take_segment(path);
    if (is_parameter(wanted)) {
      if (segment.empty()) return -1;
      parameters.push_back(segment);
    } else if (wanted == segment) {
      ++literals;
    } else {
      return -1;
    }
  }
  return path.empty() ? literals : -1;
}

}  // namespace

void Router::add(Route route) { routes_.push_back(std::move(route)); }

RouteMatch Router::find(std::string_view method, std::string_view path) const {
  if (method == "HEAD") method = "GET";
  RouteMatch best;
  int best_literals = -1;
  std::string allow;
  for (const Route& route : routes_) {
    std::vector<std::string_view> parameters;
    const int literals = match_path(route.path, path, parameters);
    if (literals < 0) continue;
    if (route.method != method) {
      if (!allow.empty()) allow += ", ";
      allow += route.method == "GET" ? "GET, HEAD" : route.method;
      continue;
    }
    if (literals > best_literals) {
      best_literals = literals;
      best = {&route, std::move(parameters), {}};
    }
  }
  if (best.route == nullptr) best.allow = std::move(allow);
  return best;
}

}  // namespace latchkey::api
