#include "net/answer.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace latchkey::net {
namespace {

constexpr std::string_view kDate = "Date: Tue, 05 May 2026 09:30:00 GMT\r\n";

std::string head_of(const ResponseHead& head, const AnswerFraming& framing,
                    const std::vector<std::pair<std::string, std::string>>& extra = {}) {
  std::string out;
  append_answer_head(out, head, framing, kDate, extra);
  return out;
}

TEST(AnswerHead, HoldsFieldsDateAndLength) {
  EXPECT_EQ(head_of({200, {{"Content-Type", "text/plain"}}}, {.content_length = 6}),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n" + std::string(kDate) + "Content-Length: 6\r\n\r\n");
}

TEST(AnswerHead, FramingBelongsToTheConnection) {
  const ResponseHead head{404, {{"content-length", "99"}, {"Transfer-Encoding", "gzip"}, {"connection", "close"}, {"Keep-Alive", "9"}, {"X", "1"}}};
  EXPECT_EQ(head_of(head, {.chunked = true}), "HTTP/1.1 404 Not Found\r\nX: 1\r\n" + std::string(kDate) + "Transfer-Encoding: chunked\r\n\r\n");
}

TEST(AnswerHead, TheHandlersOwnFieldsComeFirst) {
  EXPECT_EQ(head_of({204, {{"DATE", "today"}, {"server", "mine"}}}, {.close = true}, {{"Server", "latchkey"}, {"X-Extra", "1"}}),
            "HTTP/1.1 204 No Content\r\nDATE: today\r\nserver: mine\r\nX-Extra: 1\r\nConnection: close\r\n\r\n");
}

TEST(AnswerHead, AnUnregisteredStatusHasAnEmptyPhrase) {
  EXPECT_TRUE(head_of({599, {}}, {.say_keep_alive = true}).starts_with("HTTP/1.1 599 \r\n"));
}

TEST(AnswerHeadDeathTest, AFieldOfSeveralLinesIsABug) {
  using namespace std::string_view_literals;
  EXPECT_DEATH(head_of({200, {{"X", "a\r\nSet-Cookie: b"}}}, {}), "check failed");
  EXPECT_DEATH(head_of({200, {{"X\n", "a"}}}, {}), "check failed");
  EXPECT_DEATH(head_of({200, {{"X", "a\0b"sv}}}, {}), "check failed");
}

TEST(ProblemDocument, IsWellFormedForEveryStatusTheServerAnswersItself) {
  for (const int status : {400, 408, 413, 414, 417, 431, 500, 501, 503, 505}) {
    const auto document = nlohmann::json::parse(problem_document(status, "A \"quoted\" reason.", "req_1"));
    EXPECT_EQ(document["status"], status);
    EXPECT_EQ(document["type"], "urn:latchkey:problem:" + document["code"].get<std::string>());
    EXPECT_EQ(document["title"], reason_phrase(status));
    EXPECT_EQ(document["detail"], "A \"quoted\" reason.");
    EXPECT_EQ(document["request_id"], "req_1");
    EXPECT_EQ(document["code"] == "bad_request", status == 400) << status;
  }
}

}  // namespace
}  // namespace latchkey::net
