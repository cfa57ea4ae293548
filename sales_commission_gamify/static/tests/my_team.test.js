import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {expect, test} from "@odoo/hoot";
import {queryAllTexts} from "@odoo/hoot-dom";
import {animationFrame} from "@odoo/hoot-mock";
import {
    contains,
    makeMockEnv,
    mockService,
    mountWithCleanup,
    onRpc,
    serverState,
} from "@web/../tests/web_test_helpers";
import {MainComponentsContainer} from "@web/core/main_components_container";
import {getDefaultConfig} from "@web/views/view";
import {MyTeam} from "@sales_commission_gamify/my_team/my_team";

defineMailModels();

const TEAM = "sales.commission.team";

function link(model) {
    return {action: `sales_commission_gamify.${model}_action`, domain: []};
}

function person(id, name, more) {
    return {
        id,
        name,
        job: "Seller",
        lead_id: 1,
        lead: "Max",
        has_user: true,
        earned: 0,
        change: 0,
        payable: 0,
        attainment: false,
        pace: false,
        points: 0,
        deal: false,
        deal_date: false,
        deal_text: "",
        days: false,
        is_stuck: true,
        ...more,
    };
}

/** Ann is ahead, Bob is behind, Cem has no target and is stuck. */
function answer(changes = {}) {
    return {
        status: "ready",
        month: {
            date: "2026-03-01",
            name: "March 2026",
            previous: "2026-02-01",
            next: false,
        },
        company: "Hermit",
        currency_id: serverState.currencies[0].id,
        point_word: "Points",
        stuck_days: 14,
        is_officer: false,
        rows: [
            person(11, "Ann", {
                earned: 90,
                change: 40,
                attainment: 90,
                pace: 1.4,
                points: 10,
                deal: "INV/1",
                deal_date: "2026-03-12",
                deal_text: "03/12/2026",
                days: 8,
                is_stuck: false,
            }),
            person(12, "Bob", {
                earned: 120,
                change: -30,
                attainment: 40,
                pace: 0.6,
                points: 70,
                deal: "INV/2",
                deal_date: "2026-03-14",
                deal_text: "03/14/2026",
                days: 6,
                is_stuck: false,
            }),
            person(13, "Cem", {has_user: false, lead_id: 11, lead: "Ann"}),
        ],
        leads: [
            {id: 11, name: "Ann", payees: [13]},
            {id: 12, name: "Bob", payees: []},
        ],
        totals: {
            earned: 210,
            change: 10,
            payable: 0,
            points: 80,
            ahead: 1,
            behind: 1,
            stuck: 1,
        },
        links: {
            earned: link("earning"),
            payable: link("statement"),
            points: link("point"),
            attainment: link("attainment"),
            deals: link("credit"),
        },
        ...changes,
    };
}

async function open(changes = {}) {
    const opened = [];
    mockService("action", {
        loadAction: async (id) => ({id}),
        doAction: (action, options) => opened.push([action, options]),
    });
    onRpc(TEAM, "get_my_team", () => answer(changes));
    const env = await makeMockEnv({config: getDefaultConfig()});
    await mountWithCleanup(MainComponentsContainer, {env});
    await mountWithCleanup(MyTeam, {props: {action: {}, actionId: 1}, env});
    await animationFrame();
    return opened;
}

const names = () => queryAllTexts(".o_my_team_open");

test("one row for each person, who earned most first", async () => {
    await open();
    expect(names()).toEqual(["Bob", "Ann", "Cem"]);
    expect(queryAllTexts(".o_my_team_pace")).toEqual(["Behind", "Ahead", "No target"]);
    expect(".o_my_team_stuck").toHaveCount(1);
    expect(".o_my_team_nudge").toHaveCount(2, {message: "Cem has no contact"});
});

test("columns sort, and say so; who has no figure stands last", async () => {
    await open();
    await contains(".o_my_team_sort_pace").click();
    expect(names()).toEqual(["Ann", "Bob", "Cem"]);
    expect("th[aria-sort=descending]").toHaveText("Pace");
    await contains(".o_my_team_sort_pace").click();
    expect(names()).toEqual(["Bob", "Ann", "Cem"]);
    expect("th[aria-sort=ascending]").toHaveText("Pace");
    await contains(".o_my_team_sort_name").click();
    expect(names()).toEqual(["Ann", "Bob", "Cem"]);
});

test("ahead, behind, stuck, and the people of one lead", async () => {
    await open();
    for (const [filter, shown] of [
        ["ahead", ["Ann"]],
        ["behind", ["Bob"]],
        ["stuck", ["Cem"]],
        ["all", ["Bob", "Ann", "Cem"]],
    ]) {
        await contains(`.o_my_team_filter_${filter}`).click();
        expect(names()).toEqual(shown);
        expect(`.o_my_team_filter_${filter}`).toHaveAttribute("aria-pressed", "true");
    }
    await contains(".o_my_team_lead").select("11");
    expect(names()).toEqual(["Cem"]);
    await contains(".o_my_team_filter_ahead").click();
    expect(".o_my_team_none").toHaveText("Nobody is in this group now.");
});

test("a person's page, and thanks for that person", async () => {
    const opened = await open();
    await contains(".o_my_team_open:contains(Ann)").click();
    await contains("tr:contains(Ann) .o_my_team_recognize").click();
    expect(opened[0][1].additionalContext).toEqual({active_id: 11});
    expect(opened[1][0]).toBe(
        "sales_commission_gamify.sales_commission_thanks_action_new",
    );
    expect(opened[1][1].additionalContext).toEqual({default_employee_id: 11});
});

test("a nudge is sent once something is written", async () => {
    onRpc(TEAM, "nudge", ({args}) => {
        expect.step(`nudge ${args.join(" ")}`);
        return true;
    });
    await open();
    await contains("tr:contains(Ann) .o_my_team_nudge").click();
    await animationFrame();
    expect(".o_nudge_send").toHaveProperty("disabled", true);
    await contains(".o_nudge_message").edit("Need a hand?");
    await contains(".o_nudge_send").click();
    await animationFrame();
    expect.verifySteps(["nudge 11 Need a hand?"]);
    expect(".o_nudge_message").toHaveCount(0);
});

test("nobody below", async () => {
    await open({status: "no_people", rows: [], is_officer: true});
    expect(".o_my_team_message h2").toHaveText("Nobody works below you here");
    expect(".o_my_team_message .btn").toHaveText("Open The Program");
});
