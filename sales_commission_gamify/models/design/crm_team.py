from odoo import api, models


class CrmTeam(models.Model):
    _inherit = "crm.team"

    @api.model_create_multi
    def create(self, vals_list):
        with self.env["sales.commission.hierarchy"]._following("team"):
            return super().create(vals_list)

    def write(self, vals):
        if not vals.keys() & {
            "user_id",
            "active",
            "company_id",
            "sequence",
            "member_ids",
            "crm_team_member_ids",
        }:
            return super().write(vals)
        with self.env["sales.commission.hierarchy"]._following("team"):
            return super().write(vals)

    def unlink(self):
        with self.env["sales.commission.hierarchy"]._following("team"):
            return super().unlink()


class CrmTeamMember(models.Model):
    _inherit = "crm.team.member"

    @api.model_create_multi
    def create(self, vals_list):
        with self.env["sales.commission.hierarchy"]._following("team"):
            return super().create(vals_list)

    def write(self, vals):
        if not vals.keys() & {"user_id", "crm_team_id", "active"}:
            return super().write(vals)
        with self.env["sales.commission.hierarchy"]._following("team"):
            return super().write(vals)

    def unlink(self):
        with self.env["sales.commission.hierarchy"]._following("team"):
            return super().unlink()
