#include "lifecycle/validate.h"

#include "lifecycle/text.h"

namespace latchkey::lifecycle {
namespace {

constexpr std::size_t kMaxLocalBytes = 64;
constexpr std::size_t kMaxLabelBytes = 63;

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool is_local_part(std::string_view text) {
  if (text.empty() || text.size() > kMaxLocalBytes || text.front() == '.' || text.back() == '.') return false;
  if (text.find("..") != std::string_view::npos) return false;
  constexpr std::string_view kOthers = ".!#$%&'*+-/=?^_`{|}~";
  return std::all_of(text.begin(), text.end(),
                     [&](char c) { return is_letter_or_digit(c) || kOthers.find(c) != std::string_view::npos; });
}

bool is_label(std::string_view text) {
  if (text.empty() || text.size() > kMaxLabelBytes || text.front() == '-' || text.back() == '-') return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return is_letter_or_digit(c) || c == '-'; });
}

bool is_domain(std::string_view text) {
  if (catalog::equal_ignoring_ascii_case(text, "localhost")) return true;
  bool dotted = false;
  for (;;) {
    const std::size_t dot = text.find('.');
    if (!is_label(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) break;
    dotted = true;
    text.remove_prefix(dot + 1);
  }
  // The last label of an address such as 203.0.113.9 would be a number; no top-level domain is.
  return dotted && !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string check_name(std::string_view text, std::string_view what, std::string_view pointer, Mistakes& mistakes) {
  const auto add = [&](std::string detail) { mistakes.push_back({std::string(pointer), std::move(detail)}); };
  std::string name = trimmed(text);
  const auto characters = decode_utf8(name);
  if (!characters) {
    add(fmt::format("The {} is not valid UTF-8.", what));
  } else if (characters->empty()) {
    add(fmt::format("Write a {} of 1 to {} characters.", what, kMaxNameCharacters));
  } else if (characters->size() > kMaxNameCharacters) {
    add(fmt::format("The {} has {} characters; shorten it to {}.", what, characters->size(), kMaxNameCharacters));
  } else if (const auto at = std::find_if(characters->begin(), characters->end(), is_deceptive);
             at != characters->end()) {
    add(fmt::format("The {} holds a character that cannot be seen (U+{:04X}); leave it out.", what,
                    static_cast<std::uint32_t>(*at)));
  }
  return name;
}

std::string check_prose(std::string_view text, std::string_view what, std::size_t most, std::string_view pointer,
                        Mistakes& mistakes) {
  const auto add = [&](std::string detail) { mistakes.push_back({std::string(pointer), std::move(detail)}); };
  std::string prose;
  for (const char c : trimmed(text)) {
    if (c != '\r') prose += c == '\t' ? ' ' : c;
  }
  const auto characters = decode_utf8(prose);
  if (!characters) {
    add(fmt::format("The {} is not valid UTF-8.", what));
  } else if (characters->size() > most) {
    add(fmt::format("The {} has {} characters; shorten it to {}.", what, characters->size(), most));
  } else if (const auto at = std::find_if(characters->begin(), characters->end(),
                                          [](char32_t c) { return c != '\n' && is_deceptive(c); });
             at != characters->end()) {
    add(fmt::format("The {} holds a character that cannot be seen (U+{:04X}); leave it out.", what,
                    static_cast<std::uint32_t>(*at)));
  }
  return prose;
}

bool is_email(std::string_view text) {
  const std::size_t at = text.find('@');
  return text.size() <= kMaxEmailBytes && at != std::string_view::npos && is_local_part(text.substr(0, at)) &&
         is_domain(text.substr(at + 1));
}

std::string check_email(std::string_view text, std::string_view pointer, Mistakes& mistakes) {
  std::string email = trimmed(text);
  if (!is_email(email)) {
    mistakes.push_back({std::string(pointer),
                        email.empty() ? "Write an email address, such as dana@acme.example."
                                      : fmt::format("{} is no email address; write one such as dana@acme.example.",
                                                    in_quotes(email))});
  }
  return email;
}

void check_expiry(const std::optional<Instant>& expires_at, Instant now, Mistakes& mistakes) {
  if (!expires_at || *expires_at > now) return;
  mistakes.push_back({"/expires_at",
                      fmt::format("{} is past; choose a time after {}, or none for a key that does not expire.",
                                  format_rfc3339(*expires_at), format_rfc3339(now))});
}

void check_password(const Secret& password, Mistakes& mistakes) {
  if (password.size() < kMinPasswordBytes || password.size() > kMaxPasswordBytes) {
    mistakes.push_back({"/password",
                        fmt::format("Choose a password of {} to {} characters, such as four words that have nothing to "
                                    "do with one another.",
                                    kMinPasswordBytes, kMaxPasswordBytes)});
  }
}

}  // namespace latchkey::lifecycle
