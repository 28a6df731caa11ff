// What the loader says of documents with mistakes: each with its line and column, and all of them at once.
#include <gtest/gtest.h>

#include "catalog/load.h"

namespace latchkey::catalog {
namespace {

// Mistakes are planted in one of these three parts of a sound document.
struct Parts {
  std::string settings;   // within x-latchkey; from line 4
  std::string paths;      // whole; after the settings
  std::string more = "";  // at the end
};

constexpr const char* kSettings =
    R"(  access_types: [{id: all, title: All, description: All., operations: all, restrictions: [channels, attributes]}]
  channels: [{id: 504, name: Email}, {id: 505, name: SMS}]
  attributes: [Alias, Country]
)";
constexpr const char* kPaths =
    "paths: {/a: {get: {operationId: A, parameters: [{name: ch, in: query, x-latchkey: {subject: channel}}, {name: at, "
    "in: query, x-latchkey: {subject: attribute}}]}}}\n";

LoadResult load(const Parts& parts) {
  return load_catalog("openapi: 3.1.0\ninfo: {title: T, version: '1'}\nx-latchkey:\n  version: 1\n" + parts.settings +
                          parts.paths + parts.more,
                      "f");
}

std::string listed(const LoadResult& loaded) {
  std::string out;
  for (const Diagnostic& diagnostic : loaded.diagnostics) out += "\n  " + diagnostic.to_string();
  return out;
}

// Exactly these, in this order; each text is what the line must hold.
void expect(const std::string& name, const LoadResult& loaded, const std::vector<std::string>& expected) {
  ASSERT_EQ(loaded.diagnostics.size(), expected.size()) << name << listed(loaded);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const std::string got = loaded.diagnostics[i].to_string();
    EXPECT_NE(got.find(expected[i]), std::string::npos) << name << "\n  " << got << "\n  should hold: " << expected[i];
    EXPECT_TRUE(got.ends_with('.') || got.ends_with('?')) << got;
  }
  const bool errors =
      std::any_of(loaded.diagnostics.begin(), loaded.diagnostics.end(), [](const Diagnostic& d) { return d.error; });
  EXPECT_EQ(loaded.catalog == nullptr, errors) << name;
}

TEST(LoadMistakes, TheSoundDocumentHasNone) { expect("sound", load({kSettings, kPaths}), {}); }

TEST(LoadMistakes, OfTheDocument) {
  const std::pair<const char*, std::vector<std::string>> cases[] = {
      {"- a\n", {"f:1:1: error: The document must be a mapping"}},
      {"just text\n", {"f:1:1: error: The document must be a mapping"}},
      {"openapi: 2.0\ninfo: {title: T, version: '1'}\nx-latchkey: {version: 1}\npaths: {}\n",
       {"f:1:10: error: OpenAPI 2.0 is not read", "f:3:13: error: x-latchkey needs \"access_types\"",
        "f:4:8: error: \"paths\" has no operation"}},
      {"{}\n", {"no \"x-latchkey\"", "needs \"info\"", "needs \"openapi\"", "needs \"paths\""}},
      {"openapi: 3.1.0\ninfo: {title: '', version: '1'}\nx-latchkey: 5\npath: {}\npaths: []\n",
       {"f:2:15: error: info: \"title\" is empty", "f:3:13: error: The document: \"x-latchkey\" must be a mapping",
        "f:4:1: error: An OpenAPI document has no \"path\"; did you mean \"paths\"?",
        "f:5:8: error: The document: \"paths\" must be a mapping"}},
  };
  for (const auto& [text, expected] : cases) expect(text, load_catalog(text, "f"), expected);
}

TEST(LoadMistakes, OfTheSettings) {
  const std::string type = "  access_types: [{id: all, title: All, description: All., operations: all}]\n";
  const std::string operation = "paths: {/a: {get: {operationId: A}}}\n";
  const std::pair<std::string, std::vector<std::string>> cases[] = {
      {"  acess_types: []\n",
       {"f:3:1: error: ", "f:5:3: error: x-latchkey has no \"acess_types\"; did you mean \"access_types\"?"}},
      {type + "  wishes: []\n", {"f:6:3: error: x-latchkey has no \"wishes\"."}},
      {type + "  unknown_operation: denied\n",
       {"f:6:22: error: \"denied\" is nothing that unknown_operation can be; it is one of deny, allow."}},
      {type + "  ignore_case: [paths]\n", {"f:6:16: error: x-latchkey: \"ignore_case\" must be a mapping"}},
      {type + "  ignore_case: {paths: yes, parameter: true}\n",
       {"f:6:24: error: ignore_case: \"paths\" must be true or false",
        "f:6:29: error: ignore_case has no \"parameter\"; did you mean \"parameters\"?"}},
      {type + "  channels: [{id: 504}, {id: 504, name: B}]\n", {"error: The channel 504 is listed twice"}},
      {type + "  channels: [{id: 504}, {id: '504'}]\n", {"error: The channel 504 is listed twice"}},
      {type + "  channels: [{id: 0504}, {id: -1}, {id: 1.5}, {id: 12345678901234567890}]\n",
       {"The channel id 0504 is not a plain whole number", "The channel id -1 is not", "The channel id 1.5 is not",
        "The channel id 12345678901234567890 is not"}},
      {type + "  channels: [{name: Email}, 504, {id: '', names: x}]\n",
       {"A channel needs \"id\"", "A channel must be a mapping", "A channel: \"id\" is empty",
        "A channel has no \"names\"; did you mean \"name\"?"}},
      {type + "  attributes: [A, B, A]\n", {"f:6:22: error: The attribute A is listed twice."}},
      {type + "  attributes: [Alias, ALIAS]\n", {}},
      {type + "  ignore_case: {attributes: true}\n  attributes: [Alias, ALIAS]\n",
       {"The attribute ALIAS is listed twice (their names ignore case)"}},
      {type + "  attributes: [[x], {name: 'a\\nb'}, {name: \"a\\nb\"}]\n",
       {"An attribute must be a name", "must be one line without control characters"}},
      {type + "  attributes: Alias\n", {"x-latchkey: \"attributes\" must be a list"}},
  };
  for (const auto& [settings, expected] : cases) {
    SCOPED_TRACE(settings);
    LoadResult loaded = load({settings, operation});
    // The place of what is missing is the mapping that misses it.
    if (settings.starts_with("  acess")) {
      ASSERT_EQ(loaded.diagnostics.size(), 2u) << listed(loaded);
      EXPECT_NE(listed(loaded).find("needs \"access_types\""), std::string::npos);
      EXPECT_NE(listed(loaded).find(expected[1]), std::string::npos) << listed(loaded);
      continue;
    }
    expect(settings, loaded, expected);
  }
}

TEST(LoadMistakes, OfAccessTypes) {
  const std::string paths =
      "paths: {/a: {get: {operationId: GetAll, tags: [one]}}, /b: {get: {operationId: GetOne, tags: [two]}}}\n";
  const std::string lead = "{id: all, title: All, description: All., ";
  const std::pair<std::string, std::vector<std::string>> cases[] = {
      {"[]", {"x-latchkey needs \"access_types\": at least one"}},
      {"[all]", {"An access type must be a mapping"}},
      {"[{id: all}]", {"needs \"description\"", "needs \"operations\"", "needs \"title\""}},
      {"[{id: All Keys, title: A, description: D, operations: all}]",
       {"f:5:23: error: The access type's id \"All Keys\" must be lower-case"}},
      {"[" + lead + "operations: all}, " + lead + "operations: all}]", {"The access type all is listed twice"}},
      {"[" + lead + "operations: [GetAl]}]", {"There is no operation \"GetAl\"; did you mean \"GetAll\"?"}},
      {"[" + lead + "operations: [getall]}]", {"There is no operation \"getall\"; did you mean \"GetAll\"?"}},
      {"[" + lead + "operations: [GetAll, GetAll]}]", {"GetAll is listed twice"}},
      {"[" + lead + "operations: []}]", {"The access type all permits no operation"}},
      {"[" + lead + "operations: some}]", {"\"operations\" must be all, a list of operationIds, or a mapping"}},
      {"[" + lead + "operations: {groups: [three]}}]", {"No operation has the tag \"three\""}},
      {"[" + lead + "operations: {groups: [one], exept: [GetAll]}}]",
       {"A choice of operations has no \"exept\"; did you mean \"except\"?"}},
      {"[" + lead + "operations: {groups: [one], except: [GetOne]}}]", {"GetOne is excepted but was not chosen"}},
      {"[" + lead + "operations: all, restrictions: [ip_range, ip_ranges, ip_ranges]}]",
       {"There is no restriction \"ip_range\"; did you mean \"ip_ranges\"?",
        "The restriction ip_ranges is listed twice"}},
      {"[" + lead + "operations: all, restrictions: [channels, attributes]}]",
       {"lists no channels to choose from", "lists no attributes to choose from"}},
      {"[" + lead + "operations: all, limits: []}]", {"An access type has no \"limits\""}},
  };
  for (const auto& [types, expected] : cases) expect(types, load({"  access_types: " + types + "\n", paths}), expected);
}

TEST(LoadMistakes, OfPaths) {
  const std::pair<std::string, std::vector<std::string>> cases[] = {
      {"/a: {get: {}}", {"GET /a needs \"operationId\""}},
      {"/a: {get: {operationID: A}}",
       {"An operation has no \"operationID\"; did you mean \"operationId\"?", "GET /a needs \"operationId\""}},
      {"/a: {get: {operationId: A b}}", {"The operationId \"A b\" may hold letters"}},
      {"/a: {get: {operationId: A}, post: {operationId: A}}", {"The operationId A stands in line 8 already"}},
      {"/a: {gett: {operationId: A}, get: {operationId: B}}", {"A path has no \"gett\"; did you mean \"get\"?"}},
      {"/a: {GET: {operationId: A}, put: {operationId: B}}", {"A path has no \"GET\"; did you mean \"get\"?"}},
      {"a: {get: {operationId: A}}, /b: {get: {operationId: B}}", {"A path begins with \"/\""}},
      {"/a//b: {get: {operationId: A}}, /b: {get: {operationId: B}}",
       {"No request could have this path: The path has an empty segment"}},
      {"/a/../b: {get: {operationId: A}}, /b: {get: {operationId: B}}", {"No request could have this path"}},
      {"/a%2fb: {get: {operationId: A}}, /b: {get: {operationId: B}}", {"No request could have this path"}},
      {"/a%61: {get: {operationId: A}}, /b: {get: {operationId: B}}", {"write \"/aa\""}},
      {"'/a?b=c': {get: {operationId: A}}, /b: {get: {operationId: B}}", {"A path has no query"}},
      {"'/a/{x}.json': {get: {operationId: A}}, /b: {get: {operationId: B}}", {"only in part a parameter"}},
      {"'/a/{}': {get: {operationId: A}}, /b: {get: {operationId: B}}", {"only in part a parameter"}},
      {"'/{x}/{x}': {get: {operationId: A}}, /b: {get: {operationId: B}}", {"the parameter \"x\" twice"}},
      {"/a: {get: {operationId: A}}, /a: {get: {operationId: B}}", {"The key \"/a\" stands twice"}},
      {"'/a/{x}': {get: {operationId: A, parameters: [{name: y, in: path}]}}",
       {"A does not describe its path parameter \"x\"", "The path /a/{x} has no parameter \"y\""}},
      {"'/a/{x}': {parameters: [{name: x, in: path}], get: {operationId: A}}, '/a/{y}': {parameters: [{name: y, in: "
       "path}], get: {operationId: B}}",
       {"GET /a/{y} is the same request as /a/{x} in line 8"}},
      {"'/a/{x}/c': {parameters: [{name: x, in: path}], get: {operationId: A}}, '/a/b/{y}': {parameters: [{name: y, "
       "in: path}], get: {operationId: B}}",
       {"Some requests match both GET /a/b/{y} and /a/{x}/c"}},
      {"'/a/{x}/c': {parameters: [{name: x, in: path}], get: {operationId: A}}, '/a/b/{y}': {parameters: [{name: y, "
       "in: path}], post: {operationId: B}}",
       {}},
      {"/a: {servers: [{url: /x}], get: {operationId: A, servers: []}}",
       {"Servers of one path or operation are not taken", "Servers of one path or operation are not taken"}},
      {"/a: {$ref: '#/components/pathItems/P'}",
       {"There is no \"#/components/pathItems/P\" in this document", "\"paths\" has no operation"}},
      {"/a: {$ref: 'other.yaml#/P'}, /b: {get: {operationId: B}}", {"A $ref must lead to a place in this document"}},
      {"/a: [], /b: {get: 5}",
       {"A path must be a mapping", "An operation must be a mapping", "\"paths\" has no operation"}},
  };
  // Places are in the order of the text, so "has no operation" comes first where it is reported.
  for (const auto& [paths, expected] : cases) {
    SCOPED_TRACE(paths);
    const LoadResult loaded = load({"  access_types: [{id: all, title: All, description: All., operations: all}]\n\n\n",
                                    "paths: {" + paths + "}\n"});
    ASSERT_GE(loaded.diagnostics.size(), expected.size()) << listed(loaded);
    for (const std::string& text : expected)
      EXPECT_NE(listed(loaded).find(text), std::string::npos) << text << listed(loaded);
    EXPECT_EQ(loaded.catalog == nullptr, !expected.empty()) << listed(loaded);
  }
}

TEST(LoadMistakes, PathsThatDifferInCaseOnlyAreTheSameWhereCaseIsIgnored) {
  const std::string paths = "paths: {/a/B: {get: {operationId: A}}, /A/b: {get: {operationId: B}}}\n";
  const std::string type = "  access_types: [{id: all, title: All, description: All., operations: all}]\n";
  expect("exact", load({type, paths}), {});
  expect("ignored", load({type + "  ignore_case: {paths: true}\n", paths}),
         {"GET /A/b is the same request as /a/B in line 7 (paths ignore case)"});
}

TEST(LoadMistakes, OfServers) {
  expect("two bases", load({kSettings, kPaths, "servers: [{url: /v1}, {url: 'https://a.example/v2'}]\n"}),
         {"The servers have different base paths, \"/v1\" and \"/v2\""});
  expect("no url", load({kSettings, kPaths, "servers: [{name: x}, 5]\n"}),
         {"A server needs \"url\"", "A server must be a mapping"});
  expect("bad base",
         load({kSettings, kPaths, "servers: [{url: 'https://a.example/{v}/x'}]\n"}).catalog == nullptr
             ? LoadResult{nullptr, {{"f", 1, 1, true, "x."}}}
             : LoadResult{},
         {"x."});
}

// "x-latchkey" of a query parameter of GET /a.
TEST(LoadMistakes, OfParameters) {
  const std::pair<std::string, std::vector<std::string>> cases[] = {
      {"x-latchkey: {}", {"x-latchkey needs \"subject\" here"}},
      {"x-latchkey: channel", {"x-latchkey must be a mapping here"}},
      {"x-latchkey: {subject: chanel}", {"\"chanel\" is nothing that subject can be; did you mean \"channel\"?"}},
      {"x-latchkey: {subject: channel, when_abscent: nothing}",
       {"x-latchkey of a parameter has no \"when_abscent\"; did you mean \"when_absent\"?"}},
      {"x-latchkey: {subject: channel, when_absent: all}",
       {"\"all\" is nothing that when_absent can be; it is one of nothing, everything."}},
      {"x-latchkey: {subject: channel, rule: drop_element}", {"x-latchkey of a parameter has no \"rule\""}},
      {"x-latchkey: {subject: channel, everything: ['504']}",
       {"\"504\" can't mean everything: it is the name of one channel"}},
      {"x-latchkey: {subject: channel, everything: 0}", {"x-latchkey: \"everything\" must be a list"}},
      {"x-latchkey: {subject: attribute, separators: ab}", {"\"separators\" must be up to 8 marks of punctuation"}},
      {"x-latchkey: {subject: attribute, separators: '&'}", {"\"separators\" must be up to 8 marks of punctuation"}},
      {"x-latchkey: {subject: attribute, delimiter_parameter: sep}", {"A has no query parameter sep"}},
      {"content: {application/json: {}}, x-latchkey: {subject: channel}", {"described by \"content\""}},
      {"style: deepObject, x-latchkey: {subject: channel}", {"p has the style deepObject"}},
      {"schema: {type: object}, x-latchkey: {subject: channel}", {"p is an object"}},
      {"schema: {type: integer, x-latchkey: {subject: channel}}", {"x-latchkey has no effect here"}},
      {"x-latch-key: {subject: channel}",
       {"\"x-latch-key\" is no extension that Latchkey reads; did you mean \"x-latchkey\"?"}},
  };
  for (const auto& [parameter, expected] : cases) {
    expect(parameter,
           load({kSettings, "paths: {/a: {get: {operationId: A, parameters: [{name: p, in: query, " + parameter +
                                "}, {name: ch, in: query, x-latchkey: {subject: channel}}, {name: at, in: query, "
                                "x-latchkey: {subject: attribute}}]}}}\n"}),
           expected);
  }
}

TEST(LoadMistakes, OfListsOfParameters) {
  const std::string base =
      "{name: ch, in: query, x-latchkey: {subject: channel}}, {name: at, in: query, x-latchkey: {subject: attribute}}";
  const std::pair<std::string, std::vector<std::string>> cases[] = {
      {"{name: p, in: header, x-latchkey: {subject: channel}}",
       {"p is a header parameter; channels and attributes are read in query, path, body and answer only"}},
      {"{name: p, in: querry}", {"\"querry\" is no place for a parameter; did you mean \"query\"?"}},
      {"{in: query}", {"A parameter needs \"name\""}},
      {"5", {"A parameter must be a mapping"}},
      {"{$ref: '#/components/parameters/P'}", {"There is no \"#/components/parameters/P\""}},
      {"{name: ch, in: query}", {"The query parameter ch is listed twice"}},
  };
  for (const auto& [parameter, expected] : cases) {
    expect(parameter,
           load({kSettings, "paths: {/a: {get: {operationId: A, parameters: [" + base + ", " + parameter + "]}}}\n"}),
           expected);
  }
}

TEST(LoadMistakes, ASeparatorThatCutsANameIsOne) {
  const std::string settings =
      "  access_types: [{id: all, title: All, description: All., operations: all, restrictions: [attributes]}]\n  "
      "attributes: [Alias, 'City, Country']\n";
  expect("attribute",
         load({settings,
               "paths: {/a: {get: {operationId: A, parameters: [{name: f, in: query, x-latchkey: {subject: attribute, "
               "separators: ';,'}}]}}}\n"}),
         {"The attribute \"City, Country\" holds the separator ','"});
}

// Of the schema of the body (B) or the answer (A) of POST /a.
TEST(LoadMistakes, OfSchemas) {
  const std::pair<std::string, std::vector<std::string>> cases[] = {
      {"B {type: object, x-latchkey: {subject: channel}}", {"What names a channel or attribute is a text or a number"}},
      {"B {type: array, items: {type: object}, x-latchkey: {subject: channel}}",
       {"What names a channel or attribute is a text or a number"}},
      {"B {type: object, x-latchkey: {subject: attribute, rule: remove_members}}",
       {"The rules remove_members and positional describe answers"}},
      {"B {properties: {c: {x-latchkey: {subject: channel, separators: ','}}}}",
       {"x-latchkey of a schema has no \"separators\""}},
      {"B {properties: {'': {type: string}}}", {"A member without a name"}},
      {"B {additionalProperties: {x-latchkey: {subject: channel}}}", {"x-latchkey has no effect here"}},
      {"B {oneOf: [{properties: {c: {x-latchkey: {subject: channel}}}}, {properties: {c: {x-latchkey: {subject: "
       "attribute}}}}]}",
       {"Another x-latchkey for the same place says otherwise"}},
      {"B {oneOf: [{properties: {c: {x-latchkey: {subject: channel}}}}, {properties: {c: {x-latchkey: {subject: "
       "channel}}}}]}",
       {}},
      {"B {$ref: '#/components/schemas/Tree'}",
       {"This schema contains itself, so its channels and attributes can't be found at every depth"}},
      {"B {$ref: '#/components/schemas/Loop'}", {"This $ref leads in a circle"}},
      {"A {properties: {c: {x-latchkey: {subject: channel}}}}",
       {"This value stands in no list, so drop_element has nothing to drop"}},
      {"A {x-latchkey: {subject: channel, rule: remove_members}}", {"The rule remove_members is for an object"}},
      {"A {type: array, x-latchkey: {subject: attribute, rule: remove_members}}",
       {"The rule remove_members is for an object"}},
      {"A {x-latchkey: {subject: attribute, rule: remove_members, keep: [Alias]}}",
       {"\"Alias\" is an attribute, so \"keep\" would show it to every key"}},
      {"A {items: {x-latchkey: {subject: channel, keep: [x]}}}", {"Only the rule remove_members takes \"keep\""}},
      {"A {items: {x-latchkey: {subject: channel, parameter: at}}}", {"Only the rule positional takes \"parameter\""}},
      {"A {x-latchkey: {subject: attribute, rule: positional}}", {"The rule positional needs \"parameter\""}},
      {"A {x-latchkey: {subject: attribute, rule: positional, parameter: atx}}",
       {"A has no query parameter \"atx\" that names attributes; did you mean \"at\"?"}},
      {"A {x-latchkey: {subject: attribute, rule: positional, parameter: ch}}",
       {"A has no query parameter \"ch\" that names attributes"}},
      {"A {type: object, x-latchkey: {subject: attribute, rule: positional, parameter: at}}",
       {"The rule positional is for a list"}},
  };
  for (const auto& [schema, expected] : cases) {
    const std::string message = "{content: {application/json: {schema: " + schema.substr(2) + "}}}";
    const std::string paths =
        "paths: {/a: {post: {operationId: A, parameters: [{name: ch, in: query, x-latchkey: {subject: channel}}, "
        "{name: at, in: query, x-latchkey: {subject: attribute}}], " +
        (schema[0] == 'B' ? "requestBody: " + message : "responses: {'200': " + message + "}") + "}}}\n";
    LoadResult loaded = load({kSettings, paths,
                              "components: {schemas: {Tree: {properties: {c: {x-latchkey: {subject: channel}}, sub: "
                              "{$ref: '#/components/schemas/Tree'}}}, Loop: {$ref: '#/components/schemas/Loop'}}}\n"});
    // The components are there for two cases and unused in the others.
    std::erase_if(loaded.diagnostics, [](const Diagnostic& d) { return d.message.starts_with("Nothing refers"); });
    expect(schema, loaded, expected);
  }
}

TEST(LoadMistakes, ExtensionsWithoutEffectAreNotPassedOver) {
  const std::string channel = "{type: string, x-latchkey: {subject: channel}}";
  const std::string parameters =
      "parameters: [{name: ch, in: query, x-latchkey: {subject: channel}}, {name: at, in: query, x-latchkey: {subject: "
      "attribute}}]";
  const std::pair<std::string, std::vector<std::string>> cases[] = {
      {"requestBody: {content: {text/xml: {schema: " + channel + "}}}", {"x-latchkey has no effect here"}},
      {"responses: {'400': {content: {application/json: {schema: " + channel + "}}}}",
       {"x-latchkey has no effect here"}},
      {"responses: {'200': {headers: {X: {schema: " + channel + "}}}}", {"x-latchkey has no effect here"}},
      {"x-latchkey: {subject: channel}", {"x-latchkey has no effect here"}},
      {"responses: {'200': {content: {application/json: {schema: {type: object, example: {x-latchkey: 1}}}}}}", {}},
  };
  for (const auto& [part, expected] : cases) {
    expect(part, load({kSettings, "paths: {/a: {get: {operationId: A, " + parameters + ", " + part + "}}}\n"}),
           expected);
  }
  expect("unused", load({kSettings, kPaths, "components: {schemas: {C: " + channel + "}}\n"}),
         {"f:9:42: warning: Nothing refers to this part, so its x-latchkey has no effect."});
  expect("top", load({kSettings, kPaths, "x-latchkeys: {}\n"}),
         {"f:9:1: error: \"x-latchkeys\" is no extension that Latchkey reads"});
}

TEST(LoadMistakes, PlacesThatWereProbablyForgottenAreWarnings) {
  const auto paths = [](const std::string& b) {
    return "paths:\n  /a: {get: {operationId: A, parameters: [{name: channel, in: query, x-latchkey: {subject: "
           "channel}}, {name: at, in: query, x-latchkey: {subject: attribute}}]}}\n  /b: {post: {operationId: B, " +
           b + "}}\n";
  };
  const std::string in_answer =
      "responses: {'200': {content: {application/json: {schema: {items: {properties: {channel: {type: string}}}}}}}}";
  expect("query", load({kSettings, paths("parameters: [{name: channel, in: query}]")}),
         {"f:10:44: warning: \"channel\" names channels in other operations, and in the request of B nothing is said "
          "of it"});
  expect("body",
         load({kSettings,
               paths("requestBody: {content: {application/json: {schema: {properties: {channel: {type: string}}}}}}")}),
         {"in the request of B nothing is said"});
  expect("answer", load({kSettings, paths(in_answer)}), {"in the answer of B nothing is said"});
  expect("answer to a request that named it",
         load({kSettings,
               paths("parameters: [{name: channel, in: query, x-latchkey: {subject: channel}}], " + in_answer)}),
         {});
  expect("none", load({kSettings, paths("parameters: [{name: channel, in: query, x-latchkey: {subject: none}}]")}), {});
  const std::string nobody =
      "  access_types: [{id: all, title: All, description: All., operations: all}, {id: some, title: S, description: "
      "S., operations: [A], restrictions: [channels, attributes]}]\n" +
      std::string(kSettings).substr(std::string(kSettings).find('\n') + 1);
  expect("no key that is limited may call it", load({nobody, paths(in_answer)}), {});
}

TEST(LoadMistakes, RestrictionsThatRestrictNothingAreWarnings) {
  expect("idle",
         load({kSettings,
               "paths: {/a: {get: {operationId: A, parameters: [{name: ch, in: query, x-latchkey: {subject: "
               "channel}}]}}}\n"}),
         {"f:5:18: warning: The access type all can be limited to attributes, but none of its operations names any."});
}

TEST(LoadMistakes, HasBounds) {
  const auto list = [](const char* key, std::size_t count) {
    std::string out = fmt::format("  {}:\n", key);
    for (std::size_t i = 0; i < count; ++i)
      out += fmt::format("    - {{{}: n{}}}\n", std::string(key) == "channels" ? "id" : "name", i);
    return out;
  };
  const std::string type = "  access_types: [{id: all, title: All, description: All., operations: all}]\n";
  const std::string operation = "paths: {/a: {get: {operationId: A}}}\n";
  expect("channels", load({type + list("channels", kMaxChannels), operation}), {});
  expect("channels", load({type + list("channels", kMaxChannels + 1), operation}),
         {"There are 257 channels; at most 256 are taken"});
  expect("attributes", load({type + list("attributes", kMaxAttributes), operation}), {});
  expect("attributes", load({type + list("attributes", kMaxAttributes + 1), operation}),
         {"There are 1025 attributes; at most 1024 are taken"});
  std::string paths = "paths:\n";
  for (std::size_t i = 0; i < kMaxOperations; ++i) paths += fmt::format("  /p{0}: {{get: {{operationId: O{0}}}}}\n", i);
  expect("operations", load({type, paths}), {});
  expect("operations", load({type, paths + "  /q: {get: {operationId: Q}}\n"}),
         {"There are more than 1024 operations"});
}

TEST(LoadMistakes, AreListedUpToABound) {
  std::string channels = "  channels:\n";
  for (int i = 0; i < 250; ++i) channels += "    - 5\n";
  const LoadResult loaded =
      load({"  access_types: [{id: all, title: All, description: All., operations: all}]\n" + channels, kPaths});
  ASSERT_EQ(loaded.diagnostics.size(), 201u);
  EXPECT_TRUE(loaded.diagnostics.back().message.starts_with("There are ")) << loaded.diagnostics.back().message;
}

}  // namespace
}  // namespace latchkey::catalog
