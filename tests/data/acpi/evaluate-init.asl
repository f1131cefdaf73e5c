/* SPDX-License-Identifier: GPL-2.0-only */
/* An _INI that does not end. iasl evaluate-init.asl (20200925) made evaluate-init.aml of it. */
DefinitionBlock ("", "DSDT", 2, "P2MLAB", "EVALINIT", 0x00000001)
{
	Event (EVT0)

	Scope (\_SB)
	{
		Device (ONE0)
		{
			Name (_HID, "TEST0001")
			Method (_INI, 0, NotSerialized)
			{
				Wait (EVT0, 0xFFFF)
			}
			Method (_CBA, 0, NotSerialized)
			{
				Return (1 + One)
			}
		}
	}
}
