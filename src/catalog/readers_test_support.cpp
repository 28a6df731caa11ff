#include "catalog/readers_test.h"

namespace latchkey::catalog::testing_support {
namespace {

constexpr const char* kText = R"(openapi: 3.1.0
info: {title: Readers, version: '1'}
x-latchkey:
  version: 1
  unknown_operation: deny
  ignore_case: {paths: true, parameters: IGNORE, attributes: IGNORE}
  access_types:
    - {id: partner, title: Partner, description: Some., operations: all, restrictions: [operations, channels, attributes]}
  channels: [{id: 502, name: Call}, {id: 504, name: Email}, {id: 505, name: SMS}]
  attributes: [{name: Alias}, {name: Country}, {name: Email}, {name: FirstName}, {name: Kiosk}]
tags: [{name: all}]
paths:
  /one:
    get:
      operationId: One
      tags: [all]
      parameters:
        - {name: ChannelID, in: query, schema: {type: integer}, x-latchkey: {subject: channel, when_absent: everything, everything: ['0']}}
        - {name: Attributes, in: query, schema: {type: string}, x-latchkey: {subject: attribute, when_absent: nothing, separators: ';,', delimiter_parameter: Delimiter}}
        - {name: Delimiter, in: query, schema: {type: string}}
      responses:
        '200': {description: Rows, content: {application/json: {schema: {type: array, items: {type: object, properties: {Attributes: {type: array, items: {}, x-latchkey: {subject: attribute, rule: positional, parameter: Attributes}}}}}}}}
  /many:
    get:
      operationId: Many
      tags: [all]
      parameters:
        - {name: Channels, in: query, schema: {type: string}, x-latchkey: {subject: channel, when_absent: everything, separators: ','}}
        - {name: Kiosk, in: query, schema: {type: string}, x-latchkey: {subject: attribute, when_absent: nothing}}
      responses: {'200': {description: Fine}}
  /channels/{ChannelID}/attributes/{Attribute}:
    get:
      operationId: ByPath
      tags: [all]
      parameters:
        - {name: ChannelID, in: path, required: true, schema: {type: integer}, x-latchkey: {subject: channel}}
        - {name: Attribute, in: path, required: true, schema: {type: string}, x-latchkey: {subject: attribute}}
      responses: {'200': {description: Fine}}
  /rows:
    post:
      operationId: Rows
      tags: [all]
      requestBody: {content: {application/json: {schema: {type: array, items: {type: object, properties: {ChannelID: {type: integer, x-latchkey: {subject: channel, when_absent: everything, everything: ['0']}}, Fields: {type: array, items: {type: object, properties: {Name: {type: string, x-latchkey: {subject: attribute, when_absent: nothing}}}}}}}}}}}
      responses:
        '200': {description: Rows, content: {application/json: {schema: {type: array, items: {type: object, properties: {ChannelID: {type: integer, x-latchkey: {subject: channel, rule: drop_element}}}}}}}}
  /list:
    post:
      operationId: List
      tags: [all]
      requestBody: {content: {application/json: {schema: {type: object, properties: {Channels: {type: array, items: {type: integer, x-latchkey: {subject: channel, when_absent: everything}}}}}}}}
      responses:
        '200': {description: Rows in an object, content: {application/json: {schema: {type: object, properties: {data: {type: array, items: {type: object, properties: {Channel: {type: object, properties: {Id: {type: integer, x-latchkey: {subject: channel, rule: drop_element}}}}}}}}}}}}
  /campaign:
    get:
      operationId: Campaign
      tags: [all]
      responses:
        '200': {description: One, content: {application/json: {schema: {type: object, properties: {Channels: {type: array, items: {type: object, properties: {Id: {type: integer, x-latchkey: {subject: channel, rule: drop_element}}}}}}}}}}
  /campaigns:
    get:
      operationId: Campaigns
      tags: [all]
      parameters: [{name: ChannelID, in: query, schema: {type: integer}, x-latchkey: {subject: channel, when_absent: nothing}}]
      responses:
        '200': {description: Some, content: {application/json: {schema: {type: array, items: {type: object, properties: {Channels: {type: array, items: {type: object, properties: {Id: {type: integer, x-latchkey: {subject: channel, rule: drop_element}}}}}}}}}}}
  /customer:
    get:
      operationId: Customer
      tags: [all]
      responses:
        '200': {description: One, content: {application/json: {schema: {type: object, properties: {CustomerID: {type: string}}, additionalProperties: true, x-latchkey: {subject: attribute, rule: remove_members}}}}}
  /customers:
    get:
      operationId: Customers
      tags: [all]
      responses:
        '200': {description: Some, content: {application/json: {schema: {type: array, items: {type: object, properties: {ChannelID: {type: integer, x-latchkey: {subject: channel, rule: drop_element}}, Profile: {type: object, properties: {CustomerID: {type: string}}, additionalProperties: true, x-latchkey: {subject: attribute, rule: remove_members}}}}}}}}
)";

std::unique_ptr<const Catalog> load(const std::string& ignore) {
  std::string text = kText;
  for (std::size_t at = text.find("IGNORE"); at != std::string::npos; at = text.find("IGNORE"))
    text.replace(at, 6, ignore);
  LoadResult loaded = load_catalog(text, "readers.yaml");
  for (const Diagnostic& diagnostic : loaded.diagnostics) {
    if (diagnostic.error) ADD_FAILURE() << diagnostic.to_string();
  }
  return std::move(loaded.catalog);
}

}  // namespace

const Catalog& test_catalog(bool exact_names) {
  static const std::unique_ptr<const Catalog> kIgnoring = load("true");
  static const std::unique_ptr<const Catalog> kExact = load("false");
  return exact_names ? *kExact : *kIgnoring;
}

const Operation& operation(const std::string& id, bool exact_names) {
  return *test_catalog(exact_names).find_operation(id);
}

Permitted permit(const std::vector<std::string>& channels, const std::vector<std::string>& attributes) {
  Permitted permitted;
  for (const std::string& id : channels) {
    if (!permitted.channels) permitted.channels.emplace();
    permitted.channels->insert(*test_catalog().channel_index(id));
  }
  for (const std::string& name : attributes) {
    if (!permitted.attributes) permitted.attributes.emplace();
    permitted.attributes->insert(*test_catalog().attribute_index(name));
  }
  return permitted;
}

std::vector<std::string> channels_of(const Asked& asked) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < test_catalog().channels().size(); ++i) {
    if (asked.channels.contains(i)) out.push_back(test_catalog().channels()[i].id);
  }
  for (const std::string& unknown : asked.unknown_channels) out.push_back("?" + unknown);
  if (asked.every_channel) out.emplace_back("every");
  return out;
}

std::vector<std::string> attributes_of(const Asked& asked) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < test_catalog().attributes().size(); ++i) {
    if (asked.attributes.contains(i)) out.push_back(test_catalog().attributes()[i].name);
  }
  for (const std::string& unknown : asked.unknown_attributes) out.push_back("?" + unknown);
  if (asked.every_attribute) out.emplace_back("every");
  return out;
}

std::string filtered(const std::string& id, const Permitted& permitted, std::string_view answer, std::size_t chunk,
                     const std::vector<std::uint16_t>& positional) {
  return filtered(operation(id), permitted, answer, chunk, positional);
}

std::string filtered(const Operation& its_operation, const Permitted& permitted, std::string_view answer,
                     std::size_t chunk, const std::vector<std::uint16_t>& positional) {
  AnswerFilter filter(test_catalog(), its_operation, permitted, positional);
  std::string out;
  for (std::size_t at = 0; at < answer.size(); at += std::min(chunk, answer.size() - at)) {
    if (auto fed = filter.feed(answer.substr(at, chunk), out); !fed) return out + "unreadable: " + fed.error().detail;
  }
  if (auto finished = filter.finish(out); !finished) return out + "unreadable: " + finished.error().detail;
  return out;
}

}  // namespace latchkey::catalog::testing_support
