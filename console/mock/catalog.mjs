// A small catalog in the shape of GET /v1/catalog: enough of each kind for the console's pages and tests.

/** @typedef {import("../src/api/types.ts").Catalog} Catalog */

// Each operation with its marks: `w` writes, `i` open to integrations, `c` names a channel, `a` names an attribute.
/** @type {[id: string, title: string, operations: string][]} */
const groups = [
  [
    "general",
    "General",
    "GetLastDataUpdate:i GetRegisteredEventListeners:i RegisterEventListener:wic UnregisterEventListener:wi",
  ],
  ["model", "Model", "GetCustomerAttributeList GetLifecycleStageList GetMicrosegmentList GetMicrosegmentChangers:a"],
  [
    "actions",
    "Actions",
    "GetAllActions GetActionsByTargetGroup GetActionName GetPromoCodes GetExecutedCampaignDetails GetCampaignDetails:ic " +
      "GetExecutionChannels:c GetExecutedCampaignsByChannel:ic GetExecutedCampaignChannelDetails:ic",
  ],
  ["groups", "Target groups", "GetTargetGroupsByDate GetTargetGroupID GetTargetGroupName GetTargetGroupDetails"],
  [
    "customers",
    "Customers",
    "GetCustomersByAction:a GetCustomerOneTimeActionsByCampaign:ica GetCustomerAttributeChangers:ia " +
      "GetCustomerSendDetailsByChannel:ica GetCampaignInteractionCustomers:i GetCustomerChannelInteractions:ic " +
      "GetCustomerExecutionDetailsByCampaign:ica GetCustomerAttributes:a UpdateCustomerAttributes:wa RemoveCustomerPII:w",
  ],
  [
    "integrations",
    "Integrations",
    "AddChannelTemplates:wic GetChannelTemplates:ic GetChannelTemplatesDetails:ic DeleteChannelTemplates:wic " +
      "AddChannelApps:wic DeleteChannelApps:wic UpdateCampaignMetrics:wic UpdateCampaignInteractions:wic " +
      "SetCustomerChannelPreference:wic",
  ],
  ["transactionalmail", "Transactional mail", "SendTransactionalMail:w SendFinalizedTransactionalMail:w"],
];

const channels = [
  [502, "Call Center"],
  [504, "Email"],
  [505, "SMS"],
  [506, "Push"],
  [510, "Web Push"],
  [511, "In-Platform"],
];

const attributes = [
  ["Alias", "The name that the customer chose"],
  ["Country", "Two-letter country code"],
  ["Email", "Email address"],
  ["Mobile", "Phone number"],
  ["FirstName", "Given name"],
  ["LastName", "Family name"],
  ["Birthdate", "Date of birth"],
  ["RegistrationDate", "When the customer registered"],
  ["LifetimeDeposits", "Sum of all deposits"],
  ["LastLoginDate", "When the customer last signed in"],
  ["PreferredLanguage", "Language of messages"],
  ["OptimailUnsubscribed", "Whether the customer takes no email"],
];

/** @param {string} group @param {string} text */
function operation(group, text) {
  const [id = "", marks = ""] = text.split(":");
  const words = id.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  return {
    id,
    method: marks.includes("w") ? "POST" : "GET",
    path: `/current/${group}/${id}`,
    summary: words.charAt(0).toUpperCase() + words.slice(1),
    access_types: marks.includes("i") ? ["admin", "integrations", "transactional"] : ["admin", "transactional"],
    channels: marks.includes("c"),
    attributes: marks.includes("a"),
  };
}

/** @returns {Catalog} */
export function makeCatalog() {
  const built = groups.map(([id, title, text]) => ({
    id,
    title,
    operations: text.split(" ").map((each) => operation(id, each)),
  }));
  const all = built.flatMap((group) => group.operations);
  const reach = (/** @type {string} */ type) => all.filter((op) => op.access_types.includes(type)).length;
  return {
    title: "Optimove",
    version: "1",
    gateway_url: "http://127.0.0.1:8081",
    operation_count: all.length,
    access_types: [
      {
        id: "admin",
        title: "Admin",
        description: "Everything the API offers, for your own back office.",
        operation_count: reach("admin"),
        restrictions: ["operations", "ip_ranges"],
      },
      {
        id: "integrations",
        title: "Integrations",
        description: "What a third party needs to deliver messages and report back.",
        operation_count: reach("integrations"),
        restrictions: ["operations", "channels", "attributes", "ip_ranges"],
      },
      {
        id: "transactional",
        title: "Transactional",
        description: "Everything, including mail that is sent at once to a single customer.",
        operation_count: reach("transactional"),
        restrictions: ["operations", "ip_ranges"],
      },
    ],
    groups: built,
    rate_classes: [
      {
        id: "default",
        is_default: true,
        operations: [],
        limits: [{ name: "burst", requests: 50, window_seconds: 10, most: 200 }],
      },
      {
        id: "mail",
        is_default: false,
        operations: ["SendTransactionalMail"],
        limits: [{ name: "mail", requests: 10, window_seconds: 1, most: 10 }],
      },
    ],
    costs: { GetCustomerAttributes: 5 },
    channels: channels.map(([id, name]) => ({ id: /** @type {number} */ (id), name: String(name) })),
    attributes: attributes.map(([name = "", description = ""]) => ({ name, description })),
  };
}
