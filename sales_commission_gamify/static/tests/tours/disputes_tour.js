import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("sales_commission_dispute", {
    steps: () => [
        {
            content: "Ask on the line",
            trigger: ".o_field_widget[name=line_ids] button[name=action_ask]",
            run: "click",
        },
        {
            content: "Say what is wrong",
            trigger: ".modal .o_field_widget[name=description] textarea",
            run: "edit It should be 60",
        },
        {
            content: "Send it",
            trigger: ".modal-footer button:contains('Send')",
            run: "click",
        },
        {
            content: "It is sent",
            trigger: "body:not(:has(.modal)) .o_form_view",
        },
        {
            content: "Go to My Commissions",
            trigger: ".o_form_view",
            run: () => {
                window.location.href = "/odoo/my-commissions";
            },
            expectUnloadPage: true,
        },
        {
            content: "It waits for an answer; a deal is missing, too",
            trigger:
                ".o_my_commissions:has(.o_my_commissions_my_disputes:contains('1')) " +
                ".o_my_commissions_missing",
            run: "click",
        },
        {
            content: "Which one",
            trigger: ".modal .o_field_widget[name=document_reference] input",
            run: "edit S00042",
        },
        {
            content: "Why",
            trigger: ".modal .o_field_widget[name=description] textarea",
            run: "edit I closed this one",
        },
        {
            content: "Send it",
            trigger: ".modal-footer button:contains('Send')",
            run: "click",
        },
        {
            content: "Look at both",
            trigger: ".o_my_commissions_my_disputes:contains('2')",
            run: "click",
        },
        {
            content: "Open the second",
            trigger: ".o_data_row .o_data_cell:contains('Missing deal: S00042')",
            run: "click",
        },
        {
            content: "The payee has no buttons of officers",
            trigger:
                ".o_form_view:not(:has(button[name=action_explain])) " +
                ".o_form_statusbar button[name=action_close]",
            run: "click",
        },
        {
            content: "It is closed",
            trigger: ".o_arrow_button_current[data-value='closed']",
        },
    ],
});

registry.category("web_tour.tours").add("sales_commission_portal_dispute", {
    steps: () => [
        {
            content: "Ask on the line",
            trigger: ".o_portal_commission_ask_line",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Say what is wrong",
            trigger: ".o_portal_commission_ask textarea",
            run: "edit It should be 80",
        },
        {
            content: "Send it",
            trigger: ".o_portal_commission_ask button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is sent, and messages can be written",
            trigger: ".alert-success:contains('Sent')",
        },
        {
            content: "Go to all disputes",
            trigger: ".o_portal_submenu a[href='/my/commissions/disputes']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "A deal is missing",
            trigger: ".o_portal_commission_missing",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Which one",
            trigger: "#dispute_document",
            run: "edit S00042",
        },
        {
            content: "Why",
            trigger: ".o_portal_commission_ask textarea",
            run: "edit I closed this one",
        },
        {
            content: "Send it",
            trigger: ".o_portal_commission_ask button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Withdraw it",
            trigger: ".o_portal_commission_close:contains('Withdraw')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is closed",
            trigger: "h1 + .badge:contains('Closed')",
        },
    ],
});
