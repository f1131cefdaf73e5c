/* SPDX-License-Identifier: GPL-2.0-only */
/* Methods that do not end. iasl evaluate-hang.asl (20200925) made evaluate-hang.aml of it. */
DefinitionBlock ("", "DSDT", 2, "P2MLAB", "EVALHANG", 0x00000001)
{
	Event (EVT0)

	Scope (\_SB)
	{
		Device (ONE0)
		{
			Method (_CBA, 0, NotSerialized)
			{
				Return (1 + One)
			}
		}
		/* ACPICA ends a loop */
		Device (LOOP)
		{
			Method (_CBA, 0, NotSerialized)
			{
				While (One)
				{
				}
				Return (Zero)
			}
		}
		/* nobody signals it */
		Device (HANG)
		{
			Method (_CBA, 0, NotSerialized)
			{
				Wait (EVT0, 0xFFFF)
				Return (Zero)
			}
		}
		Device (TWO0)
		{
			Method (_CBA, 0, NotSerialized)
			{
				Return (2 + One)
			}
		}
	}
}
