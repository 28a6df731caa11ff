// What the loader makes of a document.
#include "catalog/load.h"

#include <gtest/gtest.h>

namespace latchkey::catalog {
namespace {

constexpr const char* kHead = R"(openapi: 3.1.0
info: {title: Test, version: "1"}
x-latchkey:
  version: 1
  access_types: [{id: all, title: All, description: All., operations: all}]
  channels: [{id: 504, name: Email}, {id: 505, name: SMS}]
  attributes: [Alias, {name: Country, description: Two letters}]
)";

std::unique_ptr<const Catalog> load(const std::string& text) {
  LoadResult loaded = load_catalog(text, "test.yaml");
  for (const Diagnostic& diagnostic : loaded.diagnostics) ADD_FAILURE() << diagnostic.to_string();
  return std::move(loaded.catalog);
}

const Operation& only(const std::unique_ptr<const Catalog>& catalog) { return catalog->operations().at(0); }

std::string written(const std::vector<Step>& path) {
  std::string out;
  for (const Step& step : path) out += step.each() ? "[]" : "." + step.member;
  return out;
}

TEST(Load, TheLeastThatIsACatalog) {
  const auto catalog = load(R"(
openapi: 3.0.3
info: {title: T, version: 1.0}
x-latchkey: {version: 1, access_types: [{id: all, title: All, description: Everything., operations: all}]}
paths: {/a: {get: {operationId: A}}}
)");
  ASSERT_NE(catalog, nullptr);
  EXPECT_EQ(catalog->title(), "T");
  EXPECT_EQ(catalog->version(), "1.0");
  EXPECT_FALSE(catalog->options().path_ignores_case || catalog->options().parameters_ignore_case);
  EXPECT_FALSE(catalog->options().attributes_ignore_case || catalog->options().allow_unknown_operations);
  EXPECT_EQ(only(catalog).method, "GET");
  EXPECT_EQ(only(catalog).group, "other");
  ASSERT_EQ(catalog->groups().size(), 1u);
  EXPECT_EQ(catalog->groups()[0].title, "Other");
  EXPECT_FALSE(only(catalog).has_body);
  EXPECT_TRUE(catalog->access_types()[0].restrictions.empty());
}

TEST(Load, JsonIsTakenToo) {
  const auto catalog = load(R"({"openapi": "3.1.0", "info": {"title": "T", "version": "1"},
    "x-latchkey": {"version": 1, "access_types": [{"id": "all", "title": "All", "description": "All.", "operations": "all"}]},
    "paths": {"/a": {"get": {"operationId": "A"}}}})");
  ASSERT_NE(catalog, nullptr);
}

TEST(Load, ChannelsAndAttributesAreNumberedInOrder) {
  const auto catalog = load(R"(
openapi: 3.1.0
info: {title: T, version: "1"}
x-latchkey:
  version: 1
  unknown_operation: allow
  ignore_case: {paths: true, parameters: true, attributes: true}
  access_types: [{id: all, title: All, description: All., operations: all}]
  channels: [{id: 504, name: Email}, {id: "505"}, {id: push, name: Push}]
  attributes: [Alias, {name: Country, description: Two letters}]
paths: {/a: {get: {operationId: A}}}
)");
  ASSERT_NE(catalog, nullptr);
  ASSERT_EQ(catalog->channels().size(), 3u);
  EXPECT_TRUE(catalog->channels()[0].numeric);
  EXPECT_FALSE(catalog->channels()[1].numeric);
  EXPECT_EQ(catalog->channels()[1].name, "505");
  EXPECT_EQ(catalog->channel_index("504"), 0);
  EXPECT_EQ(catalog->channel_index("push"), 2);
  for (const char* other : {"0504", "504.0", "+504", " 504", "PUSH", "", "506"})
    EXPECT_FALSE(catalog->channel_index(other)) << other;
  EXPECT_EQ(catalog->attribute_index("COUNTRY"), 1);
  EXPECT_FALSE(catalog->attribute_index("Countr\xc4\xb1"));
  EXPECT_TRUE(catalog->options().allow_unknown_operations);
  EXPECT_EQ(catalog->find_operation("A"), &catalog->operations()[0]);
  EXPECT_EQ(catalog->find_operation("a"), nullptr);
  EXPECT_EQ(catalog->find_access_type("all"), &catalog->access_types()[0]);
  EXPECT_EQ(catalog->find_access_type("All"), nullptr);
}

TEST(Load, ServersGiveTheBasePath) {
  const std::string tail = "paths: {/a: {get: {operationId: A}}}\n";
  EXPECT_EQ(only(load(std::string(kHead) + "servers: [{url: 'https://api.example/v2/'}, {url: /v2}]\n" + tail)).path,
            "/v2/a");
  EXPECT_EQ(only(load(std::string(kHead) +
                      "servers: [{url: 'https://{r}.example/{v}', variables: {r: {default: eu}, v: {default: v3}}}]\n" +
                      tail))
                .path,
            "/v3/a");
  EXPECT_EQ(only(load(std::string(kHead) + "servers: [{url: 'https://api.example'}]\n" + tail)).path, "/a");
}

TEST(Load, AccessTypesChooseOperations) {
  const auto catalog = load(R"(
openapi: 3.1.0
info: {title: T, version: "1"}
x-latchkey:
  version: 1
  access_types:
    - {id: all, title: All, description: D., operations: all, restrictions: [ip_ranges, operations]}
    - {id: some, title: Some, description: D., operations: [C, A]}
    - {id: group, title: Group, description: D., operations: {groups: [one], operations: [C], except: [A]}}
    - {id: rest, title: Rest, description: D., operations: {except: [A]}}
tags: [{name: two, x-displayName: The second}, {name: unused}]
paths:
  /a: {get: {operationId: A, tags: [one, two]}}
  /b: {get: {operationId: B, tags: [one]}}
  /c: {get: {operationId: C, tags: [two]}}
)");
  ASSERT_NE(catalog, nullptr);
  const auto permitted = [&](const char* id) {
    std::string out;
    for (const Operation& operation : catalog->operations()) {
      if (catalog->find_access_type(id)->operations.contains(operation.index)) out += operation.id;
    }
    return out;
  };
  EXPECT_EQ(permitted("all"), "ABC");
  EXPECT_EQ(permitted("some"), "AC");
  EXPECT_EQ(permitted("group"), "BC");
  EXPECT_EQ(permitted("rest"), "BC");
  EXPECT_TRUE(catalog->access_types()[0].takes(RestrictionKind::kOperations));
  EXPECT_TRUE(catalog->access_types()[0].takes(RestrictionKind::kIpRanges));
  EXPECT_FALSE(catalog->access_types()[0].takes(RestrictionKind::kChannels));
  // Groups in the order of the tags, then of the operations; none that is empty.
  ASSERT_EQ(catalog->groups().size(), 2u);
  EXPECT_EQ(catalog->groups()[0].title, "The second");
  EXPECT_EQ(catalog->groups()[1].id, "one");
}

TEST(Load, ParametersBecomePlaces) {
  const auto catalog = load(std::string(kHead) + R"(
paths:
  /a/{channel}:
    parameters:
      - {name: channel, in: path, x-latchkey: {subject: channel}}
      - {name: page, in: query, x-latchkey: {subject: channel}}
      - {name: fields, in: query, x-latchkey: {subject: attribute, when_absent: nothing, separators: ";,", delimiter_parameter: sep, everything: ["*", ""]}}
    get:
      operationId: A
      parameters:
        - {name: sep, in: query}
        - {name: page, in: query, schema: {type: integer}}
        - {$ref: '#/components/parameters/Channel'}
        - {$ref: '#/components/parameters/List', x-latchkey: {subject: attribute, when_absent: nothing}}
components:
  parameters:
    Channel: {name: ch, in: query, x-latchkey: {subject: channel}}
    List: {name: list, in: query, explode: false, schema: {type: array}, x-latchkey: {subject: attribute}}
)");
  ASSERT_NE(catalog, nullptr);
  const Operation& operation = only(catalog);
  ASSERT_EQ(operation.path_parameters.size(), 1u);
  EXPECT_EQ(operation.path_parameters[0].name, "channel");
  // The operation's own "page" replaces that of the path.
  ASSERT_EQ(operation.query.size(), 3u);
  EXPECT_EQ(operation.query[0].name, "fields");
  EXPECT_EQ(operation.query[0].when_absent, WhenAbsent::kNothing);
  EXPECT_EQ(operation.query[0].separators, ";,");
  EXPECT_EQ(operation.query[0].delimiter_parameter, "sep");
  EXPECT_EQ(operation.query[0].everything, (std::vector<std::string>{"*", ""}));
  // Nothing said means the worst; one beside a $ref replaces the one it leads to.
  EXPECT_EQ(operation.query[1].when_absent, WhenAbsent::kEverything);
  EXPECT_EQ(operation.query[2].when_absent, WhenAbsent::kNothing);
  EXPECT_EQ(operation.query[2].separators, ",");
  EXPECT_TRUE(operation.concerns(Subject::kChannel) && operation.concerns(Subject::kAttribute));
  EXPECT_FALSE(operation.answer_filters(Subject::kChannel));
}

TEST(Load, SeparatorsFollowOpenApisStyles) {
  const std::pair<const char*, const char*> styles[] = {
      {"schema: {type: array}", ""},
      {"schema: {type: array}, explode: false", ","},
      {"schema: {type: array}, style: pipeDelimited, explode: false", "|"},
      {"schema: {type: array}, style: spaceDelimited, explode: false", " "},
      {"schema: {type: string}, explode: false", ""},
      {"schema: {type: [array, 'null']}, explode: false", ","},
      {"schema: {$ref: '#/components/schemas/L'}, explode: false", ","},
  };
  for (const auto& [style, separators] : styles) {
    const auto catalog = load(std::string(kHead) +
                              "components: {schemas: {L: {items: {}}}}\npaths: {/a: {get: {operationId: A, parameters: "
                              "[{name: f, in: query, " +
                              style + ", x-latchkey: {subject: attribute}}]}}}\n");
    ASSERT_NE(catalog, nullptr) << style;
    EXPECT_EQ(only(catalog).query[0].separators, separators) << style;
  }
}

TEST(Load, SchemasBecomePlacesWhereverTheyAreReused) {
  const auto catalog = load(std::string(kHead) + R"(
paths:
  /a:
    post:
      operationId: A
      requestBody: {$ref: '#/components/requestBodies/Rows'}
      responses:
        201: {$ref: '#/components/responses/Rows'}
        400: {description: Wrong., content: {application/json: {schema: {type: object, properties: {ch: {type: integer}}}}}}
components:
  requestBodies:
    Rows: {content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Row'}}}}}
  responses:
    Rows:
      content:
        application/vnd.rows+json; charset=utf-8:
          schema: {type: object, properties: {data: {type: array, items: {$ref: '#/components/schemas/Row'}}}}
  schemas:
    Row:
      allOf:
        - {type: object, properties: {ch: {$ref: '#/components/schemas/Channel'}}}
        - {oneOf: [{properties: {others: {type: array, items: {type: string}, x-latchkey: {subject: channel, when_absent: nothing}}}}]}
        - {properties: {parent: {$ref: '#/components/schemas/Plain'}}}
    Channel: {type: [integer, string], x-latchkey: {subject: channel, everything: ["0"]}}
    Plain: {type: object, properties: {again: {$ref: '#/components/schemas/Plain'}}}
)");
  ASSERT_NE(catalog, nullptr);
  const Operation& operation = only(catalog);
  EXPECT_TRUE(operation.has_body);
  ASSERT_EQ(operation.body.size(), 2u);
  EXPECT_EQ(written(operation.body[0].path), "[].ch");
  EXPECT_EQ(operation.body[0].when_absent, WhenAbsent::kEverything);
  EXPECT_EQ(operation.body[0].everything, std::vector<std::string>{"0"});
  EXPECT_EQ(written(operation.body[1].path), "[].others[]");
  EXPECT_EQ(operation.body[1].when_absent, WhenAbsent::kNothing);
  ASSERT_EQ(operation.answer.size(), 2u);
  EXPECT_EQ(written(operation.answer[0].path), ".data[].ch");
  EXPECT_EQ(operation.answer[0].rule, AnswerRule::kDropElement);
  EXPECT_EQ(written(operation.answer[1].path), ".data[].others[]");
  EXPECT_TRUE(operation.answer_filters(Subject::kChannel));
  EXPECT_FALSE(operation.answer_filters(Subject::kAttribute));
}

TEST(Load, AnswersKeyedByAttributeKeepWhatIsNoAttribute) {
  const auto catalog = load(std::string(kHead) + R"(
paths:
  /a:
    get:
      operationId: A
      responses:
        default:
          content:
            application/json:
              schema:
                type: array
                items:
                  allOf: [{properties: {id: {type: string}, Alias: {type: string}}}, {$ref: '#/components/schemas/More'}]
                  x-latchkey: {subject: attribute, rule: remove_members, keep: [extra, id]}
components: {schemas: {More: {properties: {made: {type: string}}}}}
)");
  ASSERT_NE(catalog, nullptr);
  ASSERT_EQ(only(catalog).answer.size(), 1u);
  EXPECT_EQ(written(only(catalog).answer[0].path), "[]");
  // Alias is described there, and still an attribute.
  EXPECT_EQ(only(catalog).answer[0].keep, (std::vector<std::string>{"id", "made", "extra"}));
}

TEST(Load, PositionalValuesFollowAParameter) {
  const auto catalog = load(std::string(kHead) + R"(
  ignore_case: {parameters: true}
paths:
  /a:
    get:
      operationId: A
      parameters: [{name: Fields, in: query, x-latchkey: {subject: attribute, when_absent: nothing, separators: ","}}]
      responses:
        "200": {content: {"*/*": {schema: {items: {properties: {values: {type: array, x-latchkey: {subject: attribute, rule: positional, parameter: fields}}}}}}}}
)");
  ASSERT_NE(catalog, nullptr);
  ASSERT_EQ(only(catalog).answer.size(), 1u);
  EXPECT_EQ(only(catalog).answer[0].parameter, "Fields");
  EXPECT_FALSE(only(catalog).answer_filters(Subject::kAttribute));
}

TEST(Load, ManyReferencesToManyReferencesComeToAnEnd) {
  std::string text = std::string(kHead) +
                     "paths: {/a: {get: {operationId: A, responses: {'200': {content: {application/json: {schema: "
                     "{$ref: '#/components/schemas/S0'}}}}}}}}\ncomponents:\n  schemas:\n";
  for (int i = 0; i < 40; ++i)
    text += fmt::format(
        "    S{0}: {{allOf: [{{$ref: '#/components/schemas/S{1}'}}, {{$ref: '#/components/schemas/S{1}'}}]}}\n", i,
        i + 1);
  text += "    S40: {type: object}\n";
  const LoadResult loaded = load_catalog(text, "test.yaml");
  EXPECT_EQ(loaded.catalog, nullptr);
  ASSERT_EQ(loaded.diagnostics.size(), 1u);
  EXPECT_NE(loaded.diagnostics[0].message.find("too large or too deep"), std::string::npos);
}

TEST(Load, AFileThatIsNotThereIsAMistakeLikeOthers) {
  const LoadResult loaded = load_catalog_file("no/such/file.yaml");
  ASSERT_EQ(loaded.diagnostics.size(), 1u);
  EXPECT_EQ(loaded.diagnostics[0].to_string(),
            "no/such/file.yaml:1:1: error: The file can't be read; check its name and its permissions.");
  EXPECT_EQ(load_catalog_file("/").catalog, nullptr);
}

}  // namespace
}  // namespace latchkey::catalog
