#include "delivery/mime.h"

#include "delivery/base64.h"
#include "lifecycle/text.h"
#include "lifecycle/validate.h"

namespace latchkey::delivery {
namespace {

constexpr std::size_t kMaxLine = 76;
constexpr std::size_t kMaxPlainSubject = 60;
// 45 bytes are 60 digits; with its frame an encoded word then stays under the 75 that RFC 2047 permits.
constexpr std::size_t kWordBytes = 45;
constexpr std::int64_t kMsPerDay = 86'400'000;

bool is_printable_ascii(char c) { return c >= 0x20 && c < 0x7F; }

std::string without_controls(std::string_view text) {
  std::string out(text);
  const bool utf8 = lifecycle::decode_utf8(text).has_value();
  for (char& c : out) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) c = ' ';
    if (byte >= 0x80 && !utf8) c = '?';
  }
  return out;
}

// "a" or "=?UTF-8?B?...?=" words, each on a line of its own and cut between characters.
std::string encoded_subject(std::string_view subject) {
  const std::string clean = without_controls(subject);
  if (clean.size() <= kMaxPlainSubject && std::all_of(clean.begin(), clean.end(), is_printable_ascii) &&
      clean.find("=?") == std::string::npos) {
    return clean;
  }
  std::string out;
  std::string_view rest = clean;
  while (!rest.empty()) {
    std::size_t end = std::min(kWordBytes, rest.size());
    while (end < rest.size() && end > 1 && (static_cast<unsigned char>(rest[end]) & 0xC0) == 0x80) --end;
    if (!out.empty()) out += "\r\n ";
    out += "=?UTF-8?B?" + to_base64(rest.substr(0, end)) + "?=";
    rest.remove_prefix(end);
  }
  return out;
}

std::string rfc5322_date(Instant at) {
  constexpr std::string_view kDays[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};  // 1970-01-01 was a Thursday
  constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::string iso = format_rfc3339(at);  // 2026-05-01T09:30:00.000Z
  const std::size_t month = static_cast<std::size_t>((iso[5] - '0') * 10 + (iso[6] - '0') - 1);
  return fmt::format("{}, {} {} {} {} +0000", kDays[at.unix_ms / kMsPerDay % 7], iso.substr(8, 2), kMonths[month],
                     iso.substr(0, 4), iso.substr(11, 8));
}

// One line of text, without its end.
void append_quoted_printable(std::string& out, std::string_view line) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::size_t column = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const auto byte = static_cast<unsigned char>(c);
    const bool last = i + 1 == line.size();
    const bool plain = is_printable_ascii(c) && c != '=' && !(c == ' ' && last);
    const std::size_t width = plain ? 1 : 3;
    // Room for the "=" of a soft break, unless this ends the line.
    if (column + width > kMaxLine - (last ? 0 : 1)) {
      out += "=\r\n";
      column = 0;
    }
    if (plain) {
      out += c;
    } else {
      out += {'=', kHex[byte >> 4], kHex[byte & 15]};
    }
    column += width;
  }
}

std::string quoted_printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    append_quoted_printable(out, line);
    out += "\r\n";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace

Result<std::string> compose(const Message& message) {
  for (const std::string* address : {&message.from, &message.to}) {
    if (lifecycle::is_email(*address)) continue;
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{} is not an email address that mail can be sent to.", lifecycle::in_quotes(*address)));
  }
  const std::string domain = message.from.substr(message.from.find('@') + 1);
  std::string out;
  const auto field = [&](std::string_view name, std::string_view value) {
    out += fmt::format("{}: {}\r\n", name, value);
  };
  field("From", fmt::format("Latchkey <{}>", message.from));
  field("To", fmt::format("<{}>", message.to));
  field("Subject", encoded_subject(message.subject));
  field("Date", rfc5322_date(message.date));
  std::string id = message.id;
  for (char& c : id) c = is_printable_ascii(c) && c != ' ' && c != '<' && c != '>' ? c : '_';
  field("Message-ID", fmt::format("<{}@{}>", id, domain));
  field("Auto-Submitted", "auto-generated");
  field("MIME-Version", "1.0");
  field("Content-Type", "text/plain; charset=utf-8");
  field("Content-Transfer-Encoding", "quoted-printable");
  return out + "\r\n" + quoted_printable(message.text);
}

}  // namespace latchkey::delivery
