#include "catalog/answer_filter.h"

#include <simdjson.h>

#include "catalog/answer_judge.h"

namespace latchkey::catalog {
namespace {

constexpr std::size_t kMaxDepth = 64;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::unexpected<Error> unreadable(std::string why) {
  return fail(ErrorCode::kCorrupt, "The answer is not valid JSON, or not of the shape that the catalog describes.", std::move(why));
}

}  // namespace

// Takes the outermost array apart as its bytes arrive; anything else at the top is gathered and judged whole.
struct AnswerFilter::State {
  enum class Phase { kStart, kBeforeElement, kInElement, kAfterElement, kDone, kWhole };

  State(const Catalog& catalog, const Operation& operation, const Permitted& limits, std::size_t positional)
      : permitted(limits), judge(catalog, permitted, positional) {
    for (const AnswerPlace& place : operation.answer) {
      const bool limited = place.subject == Subject::kChannel ? permitted.channels.has_value() : permitted.attributes.has_value();
      if (limited) rules.push_back({&place, 0});
    }
    streams = !rules.empty();
    for (const ActiveRule& rule : rules) streams = streams && !rule.place->path.empty() && rule.place->path[0].each();
    for (const ActiveRule& rule : rules) element_rules.push_back({rule.place, 1});
  }

  Result<void> begin(char c, std::string& out) {
    if (c == '[' && streams) {
      phase = Phase::kBeforeElement;
    } else if (streams && c != 'n') {
      return unreadable("the answer is not a list");
    } else {
      phase = Phase::kWhole;
    }
    return {};
  }

  // One byte's effect on nesting; true when the element that began ended before this byte.
  bool ends_before(char c) {
    if (escaped) return escaped = false, false;
    if (in_string) {
      if (c == '\\') escaped = true;
      if (c == '"') in_string = false;
      return false;
    }
    if (c == '"') in_string = true;
    if (c == '{' || c == '[') ++depth;
    if (depth == 0 && (c == ',' || c == ']' || is_space(c))) return true;
    if (c == '}' || c == ']') --depth;
    return false;
  }

  Result<void> end_element(std::string& out) {
    const std::size_t before = out.size();
    // The bracket waits for the first element, so that an answer that turns out unreadable at its start is refused whole.
    out += first ? '[' : ',';
    LK_ASSIGN(const bool kept, judge_text(gathered, element_rules, out));
    if (kept) {
      first = false;
    } else {
      out.resize(before);
      judge.count_dropped();
    }
    gathered.clear();
    return {};
  }

  Result<bool> judge_text(const std::string& text, const std::vector<ActiveRule>& active, std::string& out) {
    if (parser.capacity() < text.size() && parser.allocate(std::max<std::size_t>(text.size() * 2, 1024), kMaxDepth) != simdjson::SUCCESS) {
      return unreadable("no memory");
    }
    // Validates; the judge then walks the text itself, so that what passes keeps its bytes.
    simdjson::dom::element parsed;
    const auto error = parser.parse(text.data(), text.size()).get(parsed);
    if (error != simdjson::SUCCESS) return unreadable(simdjson::error_message(error));
    return judge.judge(text, active, out);
  }

  Result<void> gather(std::string_view bytes) {
    if (gathered.size() + bytes.size() > kMaxElementBytes) return unreadable("one element is larger than 4 MiB");
    gathered += bytes;
    return {};
  }

  // The bytes of the element in progress, up to where it ends. What remains begins with the byte after it.
  Result<void> take_element(std::string_view& bytes, std::string& out) {
    std::size_t i = 0;
    while (i < bytes.size() && !ends_before(bytes[i])) ++i;
    LK_TRY(gather(bytes.substr(0, i)));
    const bool ended = i < bytes.size();
    bytes.remove_prefix(i);
    if (!ended) return {};
    phase = Phase::kAfterElement;
    return end_element(out);
  }

  Result<void> step(std::string_view& bytes, std::string& out) {
    const char c = bytes.front();
    if (phase == Phase::kWhole) {
      LK_TRY(gather(bytes));
      bytes = {};
      return {};
    }
    if (phase == Phase::kInElement) return take_element(bytes, out);
    if (is_space(c)) return bytes.remove_prefix(1), Result<void>{};
    switch (phase) {
      case Phase::kStart:
        LK_TRY(begin(c, out));
        if (phase == Phase::kBeforeElement) bytes.remove_prefix(1);
        return {};
      case Phase::kBeforeElement:
        if (c == ']' && !after_comma) return close(bytes, out);
        if (c == ',' || c == ']') return unreadable("an element is missing");
        after_comma = false;
        phase = Phase::kInElement;
        return {};
      case Phase::kAfterElement:
        if (c == ']') return close(bytes, out);
        if (c != ',') return unreadable("a comma is missing");
        bytes.remove_prefix(1);
        after_comma = true;
        phase = Phase::kBeforeElement;
        return {};
      default: return unreadable("something follows the answer's end");
    }
  }

  Result<void> close(std::string_view& bytes, std::string& out) {
    bytes.remove_prefix(1);
    out += first ? "[]" : "]";
    phase = Phase::kDone;
    return {};
  }

  const Permitted permitted;
  AnswerJudge judge;
  std::vector<ActiveRule> rules;
  std::vector<ActiveRule> element_rules;
  simdjson::dom::parser parser;
  bool streams = false;
  Phase phase = Phase::kStart;
  bool first = true;
  bool after_comma = false;
  bool in_string = false;
  bool escaped = false;
  int depth = 0;
  std::string gathered;  // the element, or answer, in progress
};

AnswerFilter::AnswerFilter(const Catalog& catalog, const Operation& operation, const Permitted& permitted,
                           const std::vector<std::uint16_t>& positional)
    : state_(std::make_unique<State>(catalog, operation, permitted, positional.size())) {}
AnswerFilter::~AnswerFilter() = default;
AnswerFilter::AnswerFilter(AnswerFilter&&) noexcept = default;

Result<void> AnswerFilter::feed(std::string_view chunk, std::string& out) {
  while (!chunk.empty()) LK_TRY(state_->step(chunk, out));
  return {};
}

Result<void> AnswerFilter::finish(std::string& out) {
  if (state_->phase == State::Phase::kDone) return {};
  if (state_->phase != State::Phase::kWhole) return unreadable("the answer ended early");
  std::string& text = state_->gathered;
  while (!text.empty() && is_space(text.back())) text.pop_back();
  LK_ASSIGN(const bool kept, state_->judge_text(text, state_->rules, out));
  if (!kept) return unreadable("the whole answer is about what is not permitted");
  state_->phase = State::Phase::kDone;
  return {};
}

std::size_t AnswerFilter::dropped_elements() const { return state_->judge.counters().dropped_elements; }
std::size_t AnswerFilter::removed_members() const { return state_->judge.counters().removed_members; }

}  // namespace latchkey::catalog
