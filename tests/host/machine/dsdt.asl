/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The devices this machine tells of. As on a Hyper-V guest that boots directly, the windows for memory of VMBus devices
 * are the module device's, an ancestor of the VMBus device (docs/wire/01 12).
 */
DefinitionBlock ("", "DSDT", 2, "LISHST", "HVHOST", 1)
{
	Name (\_S5, Package () { 5, 5, 0, 0 })

	Scope (\_SB)
	{
		Device (VMOD)
		{
			Name (_HID, "ACPI0004")
			Name (_UID, Zero)
			/* The second window is put in place when the machine is made: it lies above all memory. */
			Name (_CRS, ResourceTemplate ()
			{
				DWordMemory (ResourceProducer, PosDecode, MinFixed, MaxFixed, Cacheable, ReadWrite,
					0x00000000, 0xE0000000, 0xFEBFFFFF, 0x00000000, 0x1EC00000)
				QWordMemory (ResourceProducer, PosDecode, MinFixed, MaxFixed, Cacheable, ReadWrite,
					0x0000000000000000, 0x7654321000000000, 0x765432100FFFFFFF, 0x0000000000000000,
					0x0000000010000000)
			})

			Device (VMBS)
			{
				/* By a method: iasl takes no name of five letters, and guests know no other. */
				Method (_HID, 0, NotSerialized)
				{
					Local0 = "VMBus"
					Return (Local0)
				}
				Name (_UID, Zero)
				Name (_DDN, "VMBUS")
				Method (_STA, 0, NotSerialized)
				{
					Return (0x0F)
				}
				Name (_CRS, ResourceTemplate ()
				{
					IRQNoFlags () { 7 }
				})
			}
		}

		/* A plain PCI bus, which is there while the host has a device for it (dev/pci.c): else the port reads as all ones. */
		Device (PCI0)
		{
			Name (_HID, EisaId ("PNP0A03"))
			Name (_UID, Zero)
			Name (_BBN, Zero)
			OperationRegion (HOST, SystemIO, 0x0AE0, One)
			Field (HOST, ByteAcc, NoLock, Preserve)
			{
				HERE, 8
			}
			Method (_STA, 0, NotSerialized)
			{
				If ((HERE == One))
				{
					Return (0x0F)
				}
				Return (Zero)
			}
			Name (_CRS, ResourceTemplate ()
			{
				WordBusNumber (ResourceProducer, MinFixed, MaxFixed, PosDecode,
					0x0000, 0x0000, 0x0000, 0x0000, 0x0001)
				IO (Decode16, 0x0CF8, 0x0CF8, 0x01, 0x08)
				DWordMemory (ResourceProducer, PosDecode, MinFixed, MaxFixed, NonCacheable, ReadWrite,
					0x00000000, 0xD0000000, 0xDFFFFFFF, 0x00000000, 0x10000000)
			})
			/* A slot that can be emptied has a name in the guest: the number a virtual function's serial is held against. */
			Device (S01)
			{
				Name (_ADR, 0x00010000)
				Name (_SUN, 0x07)
				Method (_EJ0, 1, NotSerialized)
				{
				}
			}
		}

		Device (UAR1)
		{
			Name (_HID, EisaId ("PNP0501"))
			Name (_UID, One)
			Name (_CRS, ResourceTemplate ()
			{
				IO (Decode16, 0x03F8, 0x03F8, 0x01, 0x08)
				IRQNoFlags () { 4 }
			})
		}

		Device (UAR2)
		{
			Name (_HID, EisaId ("PNP0501"))
			Name (_UID, 0x02)
			Name (_CRS, ResourceTemplate ()
			{
				IO (Decode16, 0x02F8, 0x02F8, 0x01, 0x08)
				IRQNoFlags () { 3 }
			})
		}

		Device (RTC0)
		{
			Name (_HID, EisaId ("PNP0B00"))
			Name (_CRS, ResourceTemplate ()
			{
				IO (Decode16, 0x0070, 0x0070, 0x01, 0x02)
				IRQNoFlags () { 8 }
			})
		}
	}
}
