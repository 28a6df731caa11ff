#include "api/problem.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace latchkey::api {
namespace {

struct Row {
  ErrorCode code;
  int status;
  std::string_view name;
};

// One row for each code, so that a new one has to say what it becomes.
constexpr Row kRows[] = {
    {ErrorCode::kInvalidArgument, 400, "bad_request"},
    {ErrorCode::kNotFound, 404, "not_found"},
    {ErrorCode::kConflict, 409, "conflict"},
    {ErrorCode::kPreconditionFailed, 412, "precondition_failed"},
    {ErrorCode::kUnauthenticated, 401, "unauthenticated"},
    {ErrorCode::kPermissionDenied, 403, "permission_denied"},
    {ErrorCode::kTooLarge, 413, "too_large"},
    {ErrorCode::kUnavailable, 503, "unavailable"},
    {ErrorCode::kTimeout, 503, "unavailable"},
    {ErrorCode::kClosed, 503, "unavailable"},
    {ErrorCode::kCorrupt, 500, "internal"},
    {ErrorCode::kTooNew, 500, "internal"},
    {ErrorCode::kInternal, 500, "internal"},
};

TEST(Problem, EveryErrorBecomesTheStatusThatTheTableSays) {
  for (std::size_t i = 0; i < std::size(kRows); ++i) {
    ASSERT_EQ(kRows[i].code, static_cast<ErrorCode>(i)) << "The table skips a code.";
    const Problem problem = problem_of(Error{kRows[i].code, "A sentence.", "for the log"});
    EXPECT_EQ(problem.status, kRows[i].status);
    EXPECT_EQ(problem.code, kRows[i].name);
  }
}

TEST(Problem, WhatIsForTheLogIsNeverAnswered) {
  for (const Row& row : kRows) {
    const ApiResponse response =
        to_response(problem_of(Error{row.code, "A sentence.", "disk /dev/sda1 is full"}), "req_1");
    EXPECT_EQ(response.body.find("sda1"), std::string::npos);
    // What went wrong inside is nobody's business but the operator's.
    EXPECT_EQ(response.body.find("A sentence.") != std::string::npos, row.status != 500);
  }
}

TEST(Problem, IsADocumentOfRfc9457) {
  const ApiResponse response = to_response(invalid_fields({{"/nickname", "Too \"long\"."}, {"/a~1b", "No."}}), "req_7");
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(response.content_type, "application/problem+json");
  const auto document = nlohmann::json::parse(response.body);
  EXPECT_EQ(document["type"], "urn:latchkey:problem:invalid_fields");
  EXPECT_EQ(document["status"], 422);
  EXPECT_EQ(document["code"], "invalid_fields");
  EXPECT_EQ(document["request_id"], "req_7");
  EXPECT_FALSE(document["title"].get<std::string>().empty());
  EXPECT_EQ(document["errors"],
            nlohmann::json::parse(
                R"([{"pointer":"/nickname","detail":"Too \"long\"."},{"pointer":"/a~1b","detail":"No."}])"));
}

TEST(Problem, NamesWhatAClientNeedsToGoOn) {
  const auto field = [](const Problem& problem, std::string_view name) {
    for (const auto& [header, value] : to_response(problem, "r").headers) {
      if (header == name) return value;
    }
    return std::string();
  };
  EXPECT_EQ(field(unauthenticated("x"), "WWW-Authenticate"), "Bearer realm=\"latchkey\"");
  EXPECT_EQ(field(invalid_credentials(), "WWW-Authenticate"), "Bearer realm=\"latchkey\"");
  EXPECT_EQ(field(method_not_allowed("GET, HEAD"), "Allow"), "GET, HEAD");
  EXPECT_EQ(field(too_many_attempts(7), "Retry-After"), "7");
  EXPECT_EQ(field(overloaded(), "Retry-After"), "1");
  EXPECT_EQ(field(problem_of(Error{ErrorCode::kUnavailable, "Busy.", {}}), "Retry-After"), "1");
}

}  // namespace
}  // namespace latchkey::api
