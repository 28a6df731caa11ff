// The verify API's JSON, in and out. Pure; the JSON library stays in the .cpp.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "catalog/catalog.h"
#include "check/check.h"
#include "core/api_key.h"
#include "core/ip.h"

namespace latchkey::guard {

struct VerifyInput {
  Secret key;
  std::string method, url, content_type, user_agent;
  std::optional<std::string> body;
  IpAddress client;
  bool can_filter_answer = false;
  std::optional<std::uint32_t> cost;
};

struct InputMistake {
  std::string pointer, detail;
};

// What is wrong with the document: `not_json` alone, or every field's mistake.
struct VerifyMistakes {
  bool not_json = false;
  std::vector<InputMistake> fields;
};

std::optional<VerifyMistakes> read_verify_input(std::string_view json, VerifyInput& input);
// Of the last check made with `scratch`.
std::string verify_json(const catalog::Catalog& catalog, const check::Scratch& scratch);
std::string mistakes_json(const VerifyMistakes& mistakes, std::string_view request_id);
std::string own_key_json(const catalog::Catalog& catalog, const ApiKey& key, Instant now);

}  // namespace latchkey::guard
